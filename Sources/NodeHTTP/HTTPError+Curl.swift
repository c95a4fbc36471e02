import CCurl

extension HTTPError {
    /// What a failed transfer means. `status` is that of the answer's head, 0 when none had come.
    init(curl code: CURLcode, detail: String, status: Int, endpoint: NodeEndpoint, deadline: Duration) {
        let answered = status > 0
        let detail = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        let status = answered ? status : nil
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            self.init(.timedOut, "\(endpoint): no complete answer within \(deadline)", status: status)
        case CURLE_FILESIZE_EXCEEDED:
            self.init(.tooLarge, "\(endpoint): the answer is larger than allowed", status: status)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_PARTIAL_FILE, CURLE_BAD_CONTENT_ENCODING,
            CURLE_WRITE_ERROR:
            self.init(.malformed, "\(endpoint): \(endpoint.printable(detail.utf8))", status: status)
        // What libcurl calls its caller's fault is, once the answer has begun, a header that it can't store.
        case CURLE_BAD_FUNCTION_ARGUMENT where answered:
            self.init(.malformed, "\(endpoint): the answer holds a broken header", status: status)
        case CURLE_RECV_ERROR where answered:
            self.init(
                .malformed, "\(endpoint): the answer broke off: \(endpoint.printable(detail.utf8))", status: status)
        case CURLE_OUT_OF_MEMORY, CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION,
            CURLE_NOT_BUILT_IN:
            self.init(.invalidRequest, "\(endpoint): \(endpoint.printable(detail.utf8))")
        default:
            self.init(.unreachable, "\(endpoint): \(endpoint.printable(detail.utf8))", status: status)
        }
    }
}
