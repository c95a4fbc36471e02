import Foundation
import TestSupport
import Testing

@testable import NodeHTTP

@Suite struct JSONScannerTests {
    private func members(_ text: String, membersMax: Int = 8) throws -> [String: String] {
        var scanner = JSONScanner(Array("##\(text)".utf8)[2...])
        return Dictionary(
            uniqueKeysWithValues: try scanner.object(membersMax: membersMax).map {
                (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
            })
    }

    private func elements(_ text: String, countMax: Int = 8) throws -> [String] {
        var scanner = JSONScanner(Array(text.utf8)[...])
        return try scanner.array(countMax: countMax).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func findsMembersAsTheyStand() throws {
        let text = #" {"a" : 0.10 ,"b":{"x":[1,{"y":"}]"}], "z":[]},"c":"\"\\","d":null, "e":[ ] , "f":true} "#
        let expected = [
            "a": "0.10", "b": #"{"x":[1,{"y":"}]"}], "z":[]}"#, "c": #""\"\\""#, "d": "null", "e": "[ ]", "f": "true",
        ]
        #expect(try members(text) == expected)
        #expect(try members("{}").isEmpty)
        #expect(try members(" { } ").isEmpty)
    }

    @Test func findsElementsAsTheyStand() throws {
        #expect(try elements(#"[1, "a" ,{"b":[2]},[[]],{}]"#) == ["1", #""a""#, #"{"b":[2]}"#, "[[]]", "{}"])
        #expect(try elements("[]").isEmpty)
    }

    @Test(arguments: [
        "", " ", "{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":1}x", "{a:1}",
        "{\"a\":[1}", "{\"a\":[1,]}", "{\"a\":{\"b\"}}", "{\"a\":{1:2}}", "{\"a\":[1}]}", "{\"a\":tru}", "{\"a\":nul",
        "{\"a\":\"",
        "{\"a\":\"\\", "{\"a\":\"\n\"}", "{\"\\u0061\":1}", "[]", "null", "{\"a\":1]", "{\"a\":{,}}", "{\"a\":[,]}",
        "{\"a\":1}{", "{\"a\":+1}",
    ])
    func refusesBrokenText(text: String) {
        #expect(throws: JSONScanner.SyntaxError.self) { try members(text) }
    }

    /// Strings are looked through eight bytes at a time.
    @Test(arguments: 0...20)
    func `a string ends at its own quote, wherever that falls`(length: Int) throws {
        let inside = String(repeating: "x", count: length)
        for rest in ["", "y", "yyyyyyyyy", "yyyyyyyyyyyyyyyy"] {
            let expected = ["a": "\"\(inside)\"", "b": "\"\\\"\(rest)\""]
            #expect(try members("{\"a\":\"\(inside)\",\"b\":\"\\\"\(rest)\"}") == expected)
            for broken in ["\u{1F}", "\n", "\u{0}"] {
                #expect(throws: JSONScanner.SyntaxError.self) { try members("{\"a\":\"\(inside)\(broken)\(rest)\"}") }
            }
            #expect(throws: JSONScanner.SyntaxError.self) { try members("{\"a\":\"\(inside)\\\"\(rest)}") }
        }
    }

    @Test func `parts are read one after the other, to any depth`() throws {
        var scanner = JSONScanner(Array(#"[{"a":[1,[],{}],"b":{}},{},{"c":"x"}] "#.utf8)[...])
        var seen: [String] = []
        try scanner.openArray()
        while try scanner.nextElement() {
            seen.append("{")
            try scanner.openObject()
            while let key = try scanner.nextKey() {
                let name = String(decoding: key, as: UTF8.self)
                guard name == "a" else {
                    seen.append("\(name)=\(String(decoding: try scanner.value(), as: UTF8.self))")
                    continue
                }
                try scanner.openArray()
                while try scanner.nextElement() { seen.append(String(decoding: try scanner.value(), as: UTF8.self)) }
            }
        }
        try scanner.end()
        #expect(seen == ["{", "1", "[]", "{}", "b={}", "{", "{", #"c="x""#])
    }

    @Test func refusesTooMuch() throws {
        #expect(throws: JSONScanner.SyntaxError.self) { try elements("[1,2,3]", countMax: 2) }
        #expect(throws: JSONScanner.SyntaxError.self) { try members(#"{"a":1,"b":2}"#, membersMax: 1) }
        let deep = { (count: Int) in
            "[" + String(repeating: "[", count: count) + String(repeating: "]", count: count) + "]"
        }
        #expect(try elements(deep(JSONScanner.depthMax)).count == 1)
        #expect(throws: JSONScanner.SyntaxError.self) { try elements(deep(JSONScanner.depthMax + 1)) }
        #expect(throws: JSONScanner.SyntaxError.self) {
            try elements("[" + String(repeating: "{\"a\":[", count: 1_000_000))
        }
    }

    /// What Foundation takes for JSON must pass; what passes and Foundation refuses must be a matter of numbers,
    /// escapes or encoding, which are left to the decoder.
    @Test func agreesWithFoundationOnMutations() throws {
        var random = SplitMix64(seed: Seed.value)
        let whole = Array(#"{"result":[{"a":"x\"y","b":[true,false,null,{}]},[],12],"error":null,"id":17}"#.utf8)
        let alphabet = Array(#"{}[]",:truefalsn1 \"#.utf8)
        for _ in 0..<20_000 {
            let text = random.mutation(of: whole, alphabet: alphabet)
            var scanner = JSONScanner(text[...])
            let found = try? scanner.object(membersMax: 100)
            let parsed = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any]
            if parsed != nil, found == nil {
                let keys = parsed?.keys.joined() ?? ""
                #expect(
                    text.contains(UInt8(ascii: "\\")) && !keys.isEmpty,
                    "seed \(Seed.value): refused \(String(decoding: text, as: UTF8.self))")
            }
            if let found, parsed == nil {
                let isStructural = found.allSatisfy { member in
                    (try? JSONSerialization.jsonObject(with: Data(member.value), options: .fragmentsAllowed)) != nil
                }
                #expect(
                    !isStructural || Set(found.map { $0.key }).count < found.count,
                    "seed \(Seed.value): accepted \(String(decoding: text, as: UTF8.self))")
            }
        }
    }

    @Test func parametersAreSerialized() throws {
        let value: JSONValue = [
            nil, true, -5, "a\"b\\c\n\u{1F}é", ["b": [1], "a": []], .integer(.max), .integer(.min),
        ]
        let text = String(decoding: value.serialized, as: UTF8.self)
        #expect(
            text
                == #"[null,true,-5,"a\"b\\c\u000a\u001fé",{"a":[],"b":[1]},9223372036854775807,-9223372036854775808]"#)
        let parsed = try JSONSerialization.jsonObject(with: Data(value.serialized)) as? [Any]
        #expect(parsed?[3] as? String == "a\"b\\c\n\u{1F}é")
    }
}
