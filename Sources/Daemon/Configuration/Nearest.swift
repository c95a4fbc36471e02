/// The choice that a mistyped word most likely means; nil when none is close.
func nearest(to word: String, among choices: [String]) -> String? {
    let candidates = choices.map { (choice: $0, distance: editDistance(word, $0)) }
    guard word.utf8.count <= 100, let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
    let isPart = best.choice.hasPrefix(word) || word.hasPrefix(best.choice)
    return best.distance <= max(2, best.choice.count / 3) || isPart ? best.choice : nil
}

/// How many characters have to be inserted, removed or replaced (Levenshtein).
private func editDistance(_ word: String, _ other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (index, character) in word.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in other.indices {
            let replaced = diagonal + (character == other[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[other.count]
}
