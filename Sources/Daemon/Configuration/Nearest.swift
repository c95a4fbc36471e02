/// The choice that a mistyped word most likely means; nil when none is close.
func nearest(to word: String, among choices: [String]) -> String? {
    guard (3...100).contains(word.utf8.count) else { return nil }
    if let whole = choices.first(where: { $0.hasPrefix(word) || word.hasPrefix($0) }) { return whole }
    let candidates = choices.map { (choice: $0, distance: editDistance(word, $0)) }
    let best = candidates.min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= max(2, $0.choice.count / 3) ? $0.choice : nil }
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
