import Chain
import Payments

extension NetworkConfiguration {
    /// What the section `confirmations` says.
    ///
    /// `assets` are those that the file lists; nil when they could not be read, and then no tier can be. `tags` are the
    /// finality tags that the chain has.
    static func confirmations(_ section: Section, _ assets: [Asset]?, _ tags: [FinalityTag]) -> ThresholdTable? {
        section.permit(["credit", "final", "tiers"])
        let thresholds = thresholds(section, tags)
        let tiers = section.optionalSections("tiers", atMost: 100).map { Self.tiers($0, assets, tags) }
        guard let thresholds, let tiers else { return nil }
        return ThresholdTable(thresholds, tiers: tiers)
    }

    private static func thresholds(_ section: Section, _ tags: [FinalityTag]) -> Thresholds? {
        guard let credit = section.required("credit", .threshold(tags)),
            let final = section.required("final", .threshold(tags))
        else { return nil }
        guard final.mayFollow(credit) else {
            section.report("\"final\" must not be below \"credit\" (\(credit)), not \(final)", at: "final")
            return nil
        }
        return Thresholds(credit: credit, final: final)
    }

    /// In one order however they are written: the same tiers are the same policy.
    private static func tiers(_ sections: [Section], _ assets: [Asset]?, _ tags: [FinalityTag]) -> [Tier] {
        var tiers: [Tier] = []
        for section in sections {
            section.permit(["asset", "from", "credit", "final"])
            let thresholds = thresholds(section, tags)
            guard let assets, let asset = section.required("asset", .listed(assets)),
                let from = section.required("from", .amount(decimals: asset.decimals)), let thresholds
            else { continue }
            if tiers.contains(where: { $0.asset == asset.code && $0.from == from }) {
                section.report(
                    "\(asset.code) has a tier from \(from.text(decimals: asset.decimals)) already", at: "from")
            }
            tiers.append(Tier(asset: asset.code, from: from, thresholds: thresholds))
        }
        return tiers.sorted { ($0.asset, $0.from) < ($1.asset, $1.from) }
    }
}

extension ThresholdTable {
    /// The most confirmations that anything waits for.
    var deepest: Int32 { all.map { max($0.credit.confirmations, $0.final.confirmations) }.max() ?? 1 }
}

extension Syntax where Value == Threshold {
    /// A number of confirmations, or one of the chain's finality tags with what is to come on top of it.
    fileprivate static func threshold(_ tags: [FinalityTag]) -> Self {
        let range: ClosedRange<Int32> = 1...100_000
        let number = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let named =
            tags.map { ", \($0.rawValue)" }.joined() + (tags.last.map { ", or one with more such as \($0)+32" } ?? "")
        return Self(number + named) { text, isQuoted in
            let threshold = Threshold(String(text.filter { $0 != " " }))
            guard let threshold, range.contains(threshold.confirmations) else { return nil }
            if let tag = threshold.tag { return tags.contains(tag) ? threshold : nil }
            return isQuoted ? nil : threshold
        }
    }
}

extension Syntax where Value == Asset {
    /// The code of an asset of the same file.
    fileprivate static func listed(_ assets: [Asset]) -> Self {
        Self("an asset that this file lists (\(assets.map(\.code).joined(separator: ", ")))") { text, _ in
            assets.first { $0.code == text }
        }
    }
}
