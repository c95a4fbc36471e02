internal import Synchronization

/// A password or key as it goes out with requests. One that lies in a file is read again for each request, so that a new one
/// is used without more ado. What it was lately is remembered, to be hidden where a node repeats it.
public struct Secret: Sendable {
    private final class Memory: Sendable {
        let values: Mutex<[String]>
        init(_ value: String) { values = Mutex([value]) }
    }

    private static let remembered = 4

    private let memory: Memory
    private let source: @Sendable () -> String?

    /// - Parameter source: gives what it is now; nil when that can't be told, and then it is what it was.
    public init(_ value: String, renewedBy source: @escaping @Sendable () -> String? = { nil }) {
        memory = Memory(value)
        self.source = source
    }

    /// What it is now.
    public var value: String {
        let new = source()
        return memory.values.withLock { values in
            if let new, new != values[0] { values = Array(([new] + values).prefix(Self.remembered)) }
            return values[0]
        }
    }

    /// What it is and was.
    var known: [String] { memory.values.withLock { $0 } }
}

extension Secret: CustomStringConvertible, CustomReflectable {
    public var description: String { "(hidden)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
