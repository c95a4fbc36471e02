import Glibc

/// Reads a node's cookie file: one line `username:password`, at most 4 KiB.
enum CookieFile {
    static func login(path: String) throws(HTTPError) -> Login {
        // O_NONBLOCK: opening a named pipe must not wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = errno
            if reason == ENOENT {
                throw HTTPError(
                    .unreachable, "cookie file \(path) does not exist: is the node running, is the path right?")
            }
            throw HTTPError(.refused, "cookie file \(path) can't be opened: \(String(cString: strerror(reason)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw HTTPError(.refused, "cookie file \(path) is not a regular file")
        }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0, let login = parse(buffer[..<count]) else {
            throw HTTPError(.refused, "cookie file \(path) does not hold username:password")
        }
        return login
    }

    static func parse(_ bytes: ArraySlice<UInt8>) -> Login? {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
            let username = String(validating: line[..<colon], as: UTF8.self),
            let password = String(validating: line[(colon + 1)...], as: UTF8.self)
        else { return nil }
        return Login(username: username, password: password)
    }
}
