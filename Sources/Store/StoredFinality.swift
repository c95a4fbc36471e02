import Chain
import Foundation
import Postgres

/// `confirmd_data.network.finality`: the heights at which a chain's finality tags stand, by tag.
enum StoredFinality {
    static func text(_ finality: [FinalityTag: Int64]) -> String {
        JSONObject.text(Dictionary(uniqueKeysWithValues: finality.map { ($0.key.rawValue, $0.value) }))
    }

    /// Nothing for tags of a later version.
    static func finality(_ text: String) throws(PostgresError) -> [FinalityTag: Int64] {
        let heights: [String: Int64]
        do {
            heights = try JSONDecoder().decode([String: Int64].self, from: Data(text.utf8))
        } catch {
            throw PostgresError(.other, "the finality of a network is stored as \(text), which confirmd never writes")
        }
        return Dictionary(
            uniqueKeysWithValues: heights.compactMap { tag, height in FinalityTag(rawValue: tag).map { ($0, height) } })
    }
}
