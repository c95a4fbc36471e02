import CCurl

/// One libcurl easy handle with what it points into, for one transfer. Lives on the loop thread.
///
/// Never used twice: libcurl before May 2023, such as Debian 12's 7.88.1, keeps a pointer to the last header of the
/// transfer before, which it has freed, and writes there when the next answer's head begins with a folded line (curl
/// issue 11101); `curl_easy_reset` doesn't clear it. Connections and looked-up names are the multi handle's and so are
/// kept all the same.
final class EasyHandle {
    let curl: UnsafeMutableRawPointer
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    private let maximumBytes: Int
    private var isTooLarge = false

    /// Set up for one exchange; the first option that libcurl refuses ends it.
    init(_ exchange: Exchange, remaining: Duration, connectDeadline: Duration) throws(HTTPError) {
        guard let curl = curl_easy_init() else {
            errorText.deallocate()
            throw HTTPError(.unreachable, "\(exchange.endpoint): no memory for a connection")
        }
        self.curl = curl
        maximumBytes = exchange.request.maximumBytes
        errorText.pointee = 0
        try prepare(exchange, remaining: remaining, connectDeadline: connectDeadline)
    }

    deinit {
        curl_easy_cleanup(curl)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    private func prepare(_ exchange: Exchange, remaining: Duration, connectDeadline: Duration) throws(HTTPError) {
        try set(CURLOPT_URL, exchange.url)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Not the environment's proxy either.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = exchange.endpoint.caFile {
            try set(CURLOPT_CAINFO, caFile)
            // Else the system's folder of authorities would be trusted beside the file.
            try set(CURLOPT_CAPATH, nil)
        }
        try set(CURLOPT_NOSIGNAL, 1)
        // Ending a transfer must not wait for a resolver thread that hangs in DNS: it would stop every other transfer.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_BUFFERSIZE, 256 * 1_024)
        try set(CURLOPT_TIMEOUT_MS, remaining.milliseconds)
        try set(CURLOPT_CONNECTTIMEOUT_MS, min(connectDeadline, remaining).milliseconds)
        try check(ccurl_set_offset(curl, CURLOPT_MAXFILESIZE_LARGE, max(maximumBytes, 1)))
        try check(ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText))
        // The handle outlives every transfer on it: the loop takes it out of the multi handle before letting it go.
        try check(ccurl_set_writer(curl, receive, Unmanaged.passUnretained(self).toOpaque()))
        if let login = exchange.login {
            try set(CURLOPT_USERNAME, login.username)
            try set(CURLOPT_PASSWORD, login.password)
        }
        if case .post(let body, _) = exchange.request.method {
            try check(ccurl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, body.count))
            try check(
                body.withUnsafeBytes {
                    ccurl_set_pointer(curl, CURLOPT_COPYPOSTFIELDS, .init(mutating: $0.baseAddress))
                })
        }
        try setHeaders(exchange.endpoint.headers + exchange.request.headerFields)
    }

    /// The outcome of the transfer that ended with `code`.
    func outcome(_ code: CURLcode, of exchange: Exchange) -> Exchange.Outcome {
        let endpoint = exchange.endpoint
        let status = long(CURLINFO_RESPONSE_CODE)
        guard !isTooLarge, code == CURLE_OK else {
            let code = isTooLarge ? CURLE_FILESIZE_EXCEEDED : code
            return .failure(
                HTTPError(
                    curl: code, detail: String(cString: errorText), status: status, endpoint: endpoint,
                    deadline: exchange.request.deadline))
        }
        // Never asked for, so a body in another encoding would be taken for the content itself.
        guard headers(named: "Content-Encoding").allSatisfy({ $0.lowercased() == "identity" }) else {
            return .failure(HTTPError(.malformed, "\(endpoint) sent an encoded body unasked", status: status))
        }
        // With neither, the end of the connection is the end of the body, and a cut can't be told from a whole; of two
        // lengths libcurl takes the last.
        let lengths = headers(named: "Content-Length")
        guard lengths.count <= 1, status != 200 || !lengths.isEmpty || !headers(named: "Transfer-Encoding").isEmpty
        else {
            return .failure(HTTPError(.malformed, "\(endpoint) did not say how long its answer is", status: status))
        }
        if let peer = string(CURLINFO_PRIMARY_IP) { endpoint.peer.answered(from: peer) }
        var seconds: curl_off_t = 0
        ccurl_get_offset(curl, CURLINFO_RETRY_AFTER, &seconds)
        return .success(
            HTTPResponse(status: status, body: body, retryAfter: seconds > 0 ? .seconds(min(seconds, 3_600)) : nil))
    }

    fileprivate func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if body.isEmpty {
            var announced: curl_off_t = -1
            ccurl_get_offset(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced)
            body.reserveCapacity(max(bytes.count, min(Int(announced), maximumBytes)))
        }
        isTooLarge = bytes.count > maximumBytes - body.count
        guard !isTooLarge else { return false }
        body.append(contentsOf: bytes)
        return true
    }

    private func setHeaders(_ fields: [HeaderField]) throws(HTTPError) {
        // An empty Expect keeps libcurl from asking before it sends a long body.
        for line in fields.map(\.line) + ["Expect:"] {
            guard let longer = curl_slist_append(headerList, line) else { return try check(CURLE_OUT_OF_MEMORY) }
            headerList = longer
        }
        try check(ccurl_set_list(curl, CURLOPT_HTTPHEADER, headerList))
    }

    /// The values of the answer's own headers of this name: not those of interim answers or trailers.
    private func headers(named name: String) -> [String] {
        var values: [String] = []
        var field: UnsafeMutablePointer<curl_header>?
        while curl_easy_header(curl, name, values.count, UInt32(CURLH_HEADER), -1, &field) == CURLHE_OK, let field {
            values.append(String(cString: field.pointee.value))
        }
        return values
    }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        ccurl_get_long(curl, info, &value)
        return value
    }

    private func string(_ info: CURLINFO) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        ccurl_get_string(curl, info, &value)
        return value.map { String(cString: $0) }
    }

    private func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(ccurl_set_long(curl, option, value))
    }

    private func set(_ option: CURLoption, _ value: String?) throws(HTTPError) {
        try check(ccurl_set_string(curl, option, value))
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        guard code != CURLE_OK else { return }
        throw HTTPError(.invalidRequest, "libcurl refused an option: \(String(cString: curl_easy_strerror(code)))")
    }
}

/// libcurl's write callback: taking fewer bytes than offered ends the transfer.
private func receive(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
    return handle.append(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

extension Duration {
    /// Rounded up, at least one: libcurl takes zero for "no limit".
    fileprivate var milliseconds: Int {
        max(1, Int((self / .milliseconds(1)).rounded(.up)))
    }
}
