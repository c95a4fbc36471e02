import Chain
import NodeHTTP

extension NetworkConfiguration {
    /// What the list `nodes` says.
    struct Nodes {
        /// Those that can be asked.
        let access: [NodeAccess]
        /// How many different ones there are. What can't be read, or not be looked up, counts as it is written.
        let different: Int

        init(_ sections: [Section], of family: Family) {
            let nodes = sections.map { NetworkConfiguration.access($0, of: family) }
            access = nodes.compactMap(\.self)
            let lookup = sections.first.map(\.file.findings.lookup) ?? .offline
            let places = nodes.enumerated().map { number, node in
                node?.places(lookup) ?? [NodePlace(host: "node \(number)")]
            }
            let repeats = NodePlace.repeats(places)
            different = repeats.count { $0 == nil }
            for (section, first) in zip(sections, repeats) {
                guard let first else { continue }
                section.warn("this is the same node as \(sections[first].place()): name it once; its word counts once")
            }
        }
    }

    fileprivate static func access(_ section: Section, of family: Family) -> NodeAccess? {
        section.permit(
            ["url", "url_file", "username", "password_file", "cookie_file", "requests_per_second", "requests_per_day"]
                + family.nodeKeys)
        if section.contains("url"), section.contains("url_file") {
            section.report("a node has a \"url\" or a \"url_file\", not both", at: "url_file")
        }
        let key = section.contains("url_file") ? "url_file" : "url"
        let url = key == "url" ? section.required(key, .url) : section.secret(key)
        let credentials = credentials(section) ?? .none
        let headers = headers(section, of: family)
        let budget = budget(section)
        func endpoint(_ url: String, _ key: String) -> NodeEndpoint? {
            do {
                return try NodeEndpoint(url: url, credentials: credentials, headers: headers, budget: budget)
            } catch {
                section.report(error.message, at: key)
                return nil
            }
        }
        let solidityURL = family.nodeKeys.contains("solidity_url") ? section.optional("solidity_url", .url) : nil
        let solidity = solidityURL.flatMap { endpoint($0, "solidity_url") }
        // A URL that is a secret is not known where secrets are not read.
        guard let url, !url.isEmpty || section.file.findings.readsSecrets, let endpoint = endpoint(url, key) else {
            return nil
        }
        return NodeAccess(endpoint: endpoint, solidity: solidity)
    }

    /// What a provider knows its customer by.
    private static func headers(_ section: Section, of family: Family) -> [HeaderField] {
        guard let name = family.apiKeyHeader, let key = section.renewedSecret("api_key_file"), !key.value.isEmpty else {
            return []
        }
        return [HeaderField(name, key)]
    }

    /// What the node allows us; nil where nothing is said of it. All that is sent to the node counts.
    private static func budget(_ section: Section) -> RequestBudget? {
        let perSecond = section.optional("requests_per_second", .wholeNumber(1...100_000))
        let perDay = section.optional("requests_per_day", .wholeNumber(1...1_000_000_000))
        guard perSecond != nil || perDay != nil else { return nil }
        return RequestBudget(RequestLimits(perSecond: perSecond, perDay: perDay))
    }

    private static func credentials(_ section: Section) -> NodeCredentials? {
        switch (section.contains("username"), section.contains("password_file"), section.contains("cookie_file")) {
        case (false, false, false): return NodeCredentials.none
        case (false, false, true):
            return section.optional("cookie_file", .text).map { .cookieFile(section.file.resolve($0)) }
        case (_, _, true):
            section.report("a node is known by \"cookie_file\" or by \"username\" and \"password_file\", not by both")
        case (true, true, false):
            guard let name = section.optional("username", .text),
                let password = section.renewedSecret("password_file")
            else { return nil }
            return .login(username: name, password)
        case (let hasName, _, false):
            section.report("the key \"\(hasName ? "password_file" : "username")\" is missing")
        }
        return nil
    }
}
