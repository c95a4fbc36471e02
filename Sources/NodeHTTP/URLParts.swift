import CCurl

/// A node's URL as libcurl itself reads it, so that what was checked is what is used.
struct URLParts {
    let scheme: String
    let host: String
    let port: String
    let path: String
    let query: String?

    init(_ url: String) throws(HTTPError) {
        guard url.utf8.count <= 2_048, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let handle = curl_url()
        else {
            throw HTTPError(.invalidRequest, "a node's URL is at most 2,048 printable ASCII characters, without spaces")
        }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK else {
            throw HTTPError(.invalidRequest, "a node's URL can't be read: it has the form http://host:port")
        }
        func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME), scheme == "http" || scheme == "https",
            let host = part(CURLUPART_HOST), let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT))
        else {
            throw HTTPError(.invalidRequest, "a node's URL begins with http:// or https:// and names a host")
        }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else {
            throw HTTPError(
                .invalidRequest,
                "the URL of \(host) holds credentials: give them as username and password_file, or cookie_file")
        }
        guard part(CURLUPART_FRAGMENT) == nil, part(CURLUPART_ZONEID) == nil else {
            throw HTTPError(.invalidRequest, "the URL of \(host) has a fragment or an IPv6 zone, which can't be used")
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        path = part(CURLUPART_PATH) ?? ""
        query = part(CURLUPART_QUERY)
    }
}
