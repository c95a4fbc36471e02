internal import Foundation

/// Takes secrets out of a text from outside, in every form in which they went out or which it is likely to be repeated in.
struct Hiding {
    /// What is shorter would be found everywhere.
    private static let shortest = 4

    /// The longest first, so that of one that holds another nothing is left.
    private let forms: [String]

    init(_ secrets: [String]) {
        let forms = secrets.flatMap(Self.forms).filter { $0.utf8.count >= Self.shortest }
        self.forms = Set(forms).sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// The longest of them, in bytes.
    var longest: Int { forms.first?.utf8.count ?? 0 }

    func applied(to text: String) -> String {
        var text = text
        for form in forms {
            text = text.split(separator: form, omittingEmptySubsequences: false).joined(separator: "[hidden]")
        }
        return text
    }

    /// As it is, percent-encoded and decoded (RFC 3986; forms have + for a blank), in base64 (RFC 4648) of both alphabets,
    /// in hexadecimal digits, and as JSON and HTML write it.
    private static func forms(of secret: String) -> [String] {
        let decoded = secret.removingPercentEncoding ?? secret
        return Set([secret, decoded, decoded.replacing("+", with: " ")]).flatMap { plain in
            let strict = plain.addingPercentEncoding(withAllowedCharacters: unreserved) ?? plain
            let loose = plain.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? plain
            let bytes = Data(plain.utf8)
            let base64 = bytes.base64EncodedString()
            let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let json = (try? JSONEncoder().encode(plain)).map {
                String(decoding: $0.dropFirst().dropLast(), as: UTF8.self)
            }
            let html = plain.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            return [
                plain, strict, strict.lowercased(), strict.replacing("%20", with: "+"), loose, base64, hex,
                hex.uppercased(), json ?? plain, html.replacing("\"", with: "&quot;").replacing("'", with: "&#39;"),
                html.replacing("\"", with: "&#34;").replacing("'", with: "&#x27;"),
            ]
                + [base64, base64.replacing("+", with: "-").replacing("/", with: "_")].map {
                    String($0.prefix { $0 != "=" })
                }
        }
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
