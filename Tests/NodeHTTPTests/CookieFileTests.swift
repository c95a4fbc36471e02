import Foundation
import TestSupport
import Testing

@testable import NodeHTTP

@Suite final class CookieFileTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cookie-\(UUID().uuidString)")
    var path: String { folder.appending(path: ".cookie").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// What a node restart does: another cookie, whole at once.
    private static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private static func header(_ cookie: String) -> String {
        "Basic " + Data(cookie.utf8).base64EncodedString()
    }

    @Test func newCookieIsUsedFromTheNextRequestOn() async throws {
        try await withLoopback(credentials: .cookieFile(path)) { connection in
            while let request = connection.request() {
                connection.answer(200, [], request.header("Authorization") ?? "")
            }
        } test: { client, endpoint, _ in
            for cookie in ["__cookie__:one", "__cookie__:two\n", "__cookie__:with:colon\r\n"] {
                try Self.write(cookie, to: path)
                let response = try await client.send(.get(), to: endpoint)
                let line = cookie.trimmingCharacters(in: .newlines)
                #expect(String(decoding: response.body, as: UTF8.self) == Self.header(line))
            }
        }
    }

    @Test func refusedCookieThatHasChangedIsTriedOnceMore() async throws {
        let path = path
        try Self.write("__cookie__:old", to: path)
        try await withLoopback(credentials: .cookieFile(path)) { connection in
            while let request = connection.request() {
                if request.header("Authorization") == Self.header("__cookie__:new") {
                    connection.answer(200)
                } else {
                    try? Self.write("__cookie__:new", to: path)
                    connection.answer(401)
                }
            }
        } test: { client, endpoint, _ in
            let response = try await client.send(.get(), to: endpoint)
            #expect(response.status == 200)
        }
    }

    @Test func refusedCookieIsNotTriedForEver() async throws {
        let path = path
        try Self.write("__cookie__:0", to: path)
        let (requests, seen) = AsyncStream<Void>.makeStream()
        try await withLoopback(credentials: .cookieFile(path)) { connection in
            while connection.request() != nil {
                try? Self.write("__cookie__:\(UUID())", to: path)
                seen.yield()
                connection.answer(401)
            }
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .refused)
            seen.finish()
            #expect(await requests.reduce(0) { count, _ in count + 1 } == 2)
        }
    }

    @Test func unchangedCookieIsRefusedAtOnce() async throws {
        try Self.write("__cookie__:same", to: path)
        let (requests, seen) = AsyncStream<Void>.makeStream()
        try await withLoopback(credentials: .cookieFile(path)) { connection in
            while connection.request() != nil {
                seen.yield()
                connection.answer(401)
            }
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .refused)
            seen.finish()
            #expect(await requests.reduce(0) { count, _ in count + 1 } == 1)
        }
    }

    @Test func missingCookieMeansTheNodeIsNotThere() throws {
        let error = #expect(throws: HTTPError.self) { try CookieFile.login(path: path) }
        #expect(error?.code == .unreachable)
    }

    @Test(arguments: ["", "hunter2", "\n", "hunter2\u{7}:x"]) func unreadableCookieIsRefusedUnrepeated(text: String)
        throws
    {
        try Self.write(text, to: path)
        let error = #expect(throws: HTTPError.self) { try CookieFile.login(path: path) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func namedPipeAndFolderAreRefusedWithoutWaiting() throws {
        #expect(mkfifo(path, 0o600) == 0)
        for path in [path, folder.path] {
            let error = #expect(throws: HTTPError.self) { try CookieFile.login(path: path) }
            #expect(error?.code == .refused)
        }
    }
}
