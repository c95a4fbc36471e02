import Yams

/// A mapping of a settings file while it is read, key by key.
struct Section {
    let file: SettingsFile
    private let mapping: Node.Mapping
    private let mark: Mark?
    /// Before each of its keys, in the name of a setting: `confirmations.tiers[0].`
    private let prefix: String

    /// Nil, and reported, when the node is not a mapping. `name` is the key it stands under.
    init?(_ node: Node, name: String?, in file: SettingsFile, prefix: String = "") {
        guard let mapping = node.mapping else {
            file.report("\(name.map { "\"\($0)\"" } ?? "the file") must be a set of keys and values", at: node.mark)
            return nil
        }
        self.file = file
        self.mapping = mapping
        mark = mapping.mark
        self.prefix = prefix
    }

    /// Reports every key that is not among these.
    func permit(_ keys: [String]) {
        for (key, _) in mapping {
            guard let name = key.string, !keys.contains(name) else {
                if key.string == nil { file.report("a key must be a plain word", at: key.mark) }
                continue
            }
            let hint = nearest(to: name, among: keys).map { "; did you mean \"\($0)\"?" } ?? ""
            file.report("unknown key \"\(Syntax<String>.quotable(name))\"\(hint)", at: key.mark)
        }
    }

    /// The value of a key; nil, and reported, when it is missing or wrong.
    func required<Value>(_ key: String, _ syntax: Syntax<Value>) -> Value? {
        requiredNode(key).flatMap { read($0, key, syntax) }
    }

    /// The value of a key that may be missing; nil, and reported, when it is wrong.
    func value<Value>(_ key: String, _ syntax: Syntax<Value>, default: Value) -> Value? {
        guard let node = mapping[key] else {
            file.findings.note(
                EffectiveSetting(file: file.path, line: nil, key: prefix + key, value: syntax.written(`default`)))
            return `default`
        }
        return read(node, key, syntax)
    }

    /// The value of a key that may be missing; nil when it is, and when it is wrong, which is reported.
    func optional<Value>(_ key: String, _ syntax: Syntax<Value>) -> Value? {
        mapping[key].flatMap { read($0, key, syntax) }
    }

    /// What the file holds that the value of a key names.
    func note(content: String, of key: String) {
        file.findings.note(content: content, of: prefix + key, in: file.path)
    }

    /// The values listed under a key that may be missing, which is as good as an empty list; nil, and reported, when one is
    /// wrong.
    func values<Value>(_ key: String, _ syntax: Syntax<Value>, atMost limit: Int) -> [Value]? {
        guard let node = mapping[key] else { return [] }
        guard let list = node.sequence, list.count <= limit else {
            report("\"\(key)\" must be a list of at most \(limit) entries, each \(syntax.expected)", at: key)
            return nil
        }
        let values = list.enumerated().compactMap { read($1, "\(key)[\($0)]", syntax) }
        return values.count == list.count ? values : nil
    }

    func contains(_ key: String) -> Bool { mapping[key] != nil }

    /// The mapping under a key.
    func section(_ key: String) -> Section? {
        requiredNode(key).flatMap { Section($0, name: key, in: file, prefix: prefix + key + ".") }
    }

    /// The mapping under a key that may be missing, which is as good as an empty one.
    func optionalSection(_ key: String) -> Section? {
        Section(mapping[key] ?? Node([(Node, Node)]()), name: key, in: file, prefix: prefix + key + ".")
    }

    /// The mappings listed under a key, at least one.
    func sections(_ key: String, atMost limit: Int) -> [Section]? {
        requiredNode(key).flatMap { sections($0, key, 1...limit) }
    }

    /// The mappings listed under a key that may be missing, which is as good as an empty list.
    func optionalSections(_ key: String, atMost limit: Int) -> [Section]? {
        guard let node = mapping[key] else { return [] }
        return sections(node, key, 0...limit)
    }

    private func sections(_ node: Node, _ key: String, _ count: ClosedRange<Int>) -> [Section]? {
        guard let list = node.sequence, count.contains(list.count) else {
            report("\"\(key)\" must be a list of \(count.lowerBound) to \(count.upperBound) entries", at: key)
            return nil
        }
        let sections = list.enumerated().compactMap { index, node in
            Section(node, name: key, in: file, prefix: "\(prefix)\(key)[\(index)].")
        }
        return sections.count == list.count ? sections : nil
    }

    /// Reports what is wrong with the value of a key, or with the section.
    func report(_ message: String, at key: String? = nil) {
        file.report(message, at: key.flatMap { mapping[$0]?.mark } ?? mark)
    }

    private func report(_ message: String, at node: Node) { file.report(message, at: node.mark ?? mark) }

    /// Says what is not an error, yet an operator should know, of the section.
    func warn(_ message: String) {
        file.findings.warn(
            ConfigurationProblem(file: file.path, line: mark?.line, column: mark?.column, message: message))
    }

    /// Where the value of a key, or the section, is, for another problem's message.
    func place(of key: String? = nil) -> String {
        let line = (key.flatMap { mapping[$0]?.mark } ?? mark).map { ":\($0.line)" } ?? ""
        return file.path + line
    }

    private func requiredNode(_ key: String) -> Node? {
        if mapping[key] == nil { report("the key \"\(key)\" is missing") }
        return mapping[key]
    }

    /// A URL without what may hold credentials.
    private static func withoutCredentials(_ url: String) -> String {
        guard url.contains("://") else { return "(set)" }
        return String(url.replacing(/\/\/[^\/@]*@/, with: "//").prefix { $0 != "?" })
    }

    private func read<Value>(_ node: Node, _ key: String, _ syntax: Syntax<Value>) -> Value? {
        guard let scalar = node.scalar else {
            report("\"\(key)\" must be \(syntax.expected), not a list or a set of keys", at: node)
            return nil
        }
        if let value = syntax.parse(scalar) {
            file.findings.note(
                EffectiveSetting(
                    file: file.path, line: scalar.mark?.line ?? node.mark?.line, key: prefix + key,
                    value: syntax.isSecret ? Self.withoutCredentials(scalar.string) : scalar.string))
            return value
        }
        report("\"\(key)\" must be \(syntax.expected), not \(syntax.shown(scalar))", at: node)
        return nil
    }
}
