import Foundation
import TestSupport
import Testing

@testable import NodeHTTP

@Suite struct HidingTests {
    @Test(arguments: ["hunter2", "pass word+1/2", "p&\"<q>'%41", "pä\\ss=:wörd", "key%2Fin%20path"])
    func `a secret is hidden in every form in which it may be repeated`(secret: String) {
        let plain = secret.removingPercentEncoding ?? secret
        let bytes = Data(plain.utf8)
        let unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
        let percent = plain.addingPercentEncoding(withAllowedCharacters: unreserved.union(["-", ".", "_", "~"]))!
        let forms = [
            secret, plain, percent, percent.lowercased(), percent.replacing("%20", with: "+"),
            bytes.base64EncodedString(), bytes.base64EncodedString().replacing("=", with: ""),
            bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
            bytes.map { String(format: "%02x", $0) }.joined(),
        ]
        let hiding = Hiding([secret])
        for form in forms where form.count >= 4 {
            let hidden = hiding.applied(to: "before \(form) after")
            #expect(hidden == "before [hidden] after" || !hidden.contains(form), "\(form): \(hidden)")
        }
        #expect(hiding.applied(to: "nothing of it") == "nothing of it")
    }

    @Test func `what is too short to be one is left`() {
        #expect(Hiding(["", "abc"]).applied(to: "abc abc") == "abc abc")
        // Of one that holds another nothing is left.
        #expect(Hiding(["hunter", "hunter-long"]).applied(to: "hunter-long") == "[hidden]")
    }

    /// A key in a URL may be the beginning of what a node says at length.
    @Test func `a secret where the text is cut is not cut, but hidden`() throws {
        let endpoint = try NodeEndpoint(url: "http://node/secret-key-in-path")
        for start in 8_170..<8_195 {
            let text = String(repeating: " ", count: start) + "secret-key-in-path" + String(repeating: " ", count: 100)
            #expect(!endpoint.printable(text.utf8).contains("secr"), "\(start)")
        }
        for start in 180..<201 {
            let text = String(repeating: "x", count: start) + "secret-key-in-path"
            #expect(!endpoint.printable(text.utf8).contains("sec"), "\(start)")
        }
    }

    @Test func `passwords that were sent are hidden when there are new ones`() async throws {
        let path = Scratch.newPath("cookie")
        let secret = Secret("first-one") { "second-one" }
        let basic = try NodeEndpoint(url: "http://node", credentials: .login(username: "u", secret))
        #expect(try basic.login()?.password == "second-one")
        let login = Data("u:first-one".utf8).base64EncodedString()
        #expect(basic.printable("first-one second-one \(login)".utf8) == "[hidden] [hidden] [hidden]")

        try "__cookie__:first-cookie".write(toFile: path, atomically: true, encoding: .utf8)
        try await withLoopback(credentials: .cookieFile(path)) { connection in
            while let request = connection.request() {
                try? "__cookie__:second-cookie".write(toFile: path, atomically: true, encoding: .utf8)
                connection.answer(500, [], "you sent \(request.header("Authorization") ?? "") and first-cookie")
            }
        } test: { client, endpoint, _ in
            let node = JSONRPCClient(http: client, endpoint: endpoint)
            var text = ""
            do throws(RPCError) { let _: Int = try await node.call("m") } catch { text = "\(error)" }
            #expect(text.contains("you sent Basic [hidden] and [hidden]"), "\(text)")
        }
    }

    @Test func `a secret is read anew, and what can't be read is what it was`() {
        let values = ["first", nil, "second"] as [String?]
        nonisolated(unsafe) var place = -1
        let secret = Secret("zeroth") {
            place += 1
            return values[place]
        }
        #expect([secret.value, secret.value, secret.value] == ["first", "first", "second"])
        #expect(secret.known == ["second", "first", "zeroth"])
        #expect("\(secret)" == "(hidden)")
    }
}
