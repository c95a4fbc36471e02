/// Makes inputs that no sound sender writes out of such as one does: bits and bytes changed, numbers and lengths made
/// extreme, parts left out, doubled, moved, or taken from another input. The same seed gives the same inputs.
public struct Mutator: Sendable {
    private let corpus: [[UInt8]]
    private let tokens: [[UInt8]]
    private let maximumLength: Int
    private var generator: SplitMix64

    /// - Parameters:
    ///   - corpus: sound inputs, none of them empty.
    ///   - tokens: what means something in them, and is put in here and there.
    public init(_ corpus: [[UInt8]], tokens: [[UInt8]] = [], seed: UInt64) {
        precondition(!corpus.isEmpty && corpus.allSatisfy { !$0.isEmpty }, "a corpus of nothing")
        self.corpus = corpus
        self.tokens = tokens + Self.lengths
        maximumLength = (corpus.map(\.count).max() ?? 0) * 4 + 4_096
        generator = SplitMix64(seed: seed)
    }

    /// Another input, different from a sound one in one to eight places.
    public mutating func next() -> [UInt8] {
        var bytes = any(corpus)
        for _ in 0..<(1 << number(below: 4)) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = any(tokens)
            return
        }
        let place = place(in: bytes.count)
        let range = place..<min(bytes.count, place + 1 + number(below: 1 << number(below: 12)))
        switch number(below: 12) {
        case 0, 1: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 2: bytes[place] = UInt8(number(below: 256))
        case 3: bytes[place] = any([0x00, 0x01, 0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff])
        case 4: overwrite(&bytes, from: place)
        case 5: bytes.removeSubrange(range)
        case 6: insert(Array(bytes[range]), into: &bytes, at: place)
        case 7: insert(Array(bytes[range]), into: &bytes, at: self.place(in: bytes.count))
        case 8:
            let other = any(corpus)
            let start = self.place(in: other.count)
            let part = other[start..<min(other.count, start + range.count)]
            if chance { insert(Array(part), into: &bytes, at: place) } else { bytes.replaceSubrange(range, with: part) }
        case 9: insert(any(tokens), into: &bytes, at: place)
        case 10: bytes.replaceSubrange(range, with: any(tokens))
        default:
            if chance {
                bytes.removeSubrange(place...)
            } else {
                let run = [UInt8](repeating: bytes[place], count: 1 << number(below: 17))
                insert(run, into: &bytes, at: place)
            }
        }
    }

    /// A number of one to eight bytes, at the edge of what fits.
    private mutating func overwrite(_ bytes: inout [UInt8], from place: Int) {
        let edges: [UInt64] = [
            0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, UInt64(Int64.max), .max, UInt64(bytes.count),
            UInt64(bytes.count - place),
        ]
        var number = any(edges)
        for offset in place..<min(bytes.count, place + 1 << self.number(below: 4)) {
            bytes[offset] = UInt8(truncatingIfNeeded: number)
            number >>= 8
        }
    }

    private mutating func insert(_ part: [UInt8], into bytes: inout [UInt8], at place: Int) {
        guard bytes.count + part.count <= maximumLength else { return }
        bytes.insert(contentsOf: part, at: place)
    }

    /// Beginnings and ends are where most is decided.
    private mutating func place(in count: Int) -> Int {
        switch number(below: 4) {
        case 0: number(below: min(count, 200))
        case 1: count - 1 - number(below: min(count, 64))
        default: number(below: count)
        }
    }

    private var chance: Bool { mutating get { number(below: 2) == 0 } }

    private mutating func number(below end: Int) -> Int { generator.number(below: end) }

    private mutating func any<Element>(_ elements: [Element]) -> Element { elements[number(below: elements.count)] }

    /// Lengths as binary formats write them, of more than can follow.
    private static let lengths: [[UInt8]] = [
        [0xfd, 0xff, 0xff], [0xfe, 0xff, 0xff, 0xff, 0x7f], [0xfe, 0xff, 0xff, 0xff, 0xff],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]
}

extension Mutator {
    /// What means something in JSON.
    public static let json: [[UInt8]] = [
        "null", "true", "0", "-1", "1e999", "1.5", "9223372036854775807", "18446744073709551616", "\"", "\"\"",
        "\\u0000",
        "\\ud800", "\\", "[", "]", "{", "}", ":", ",", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"\":", "é", "\u{1f600}",
    ].map { Array($0.utf8) }
}
