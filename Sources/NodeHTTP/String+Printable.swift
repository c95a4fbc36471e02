extension String {
    /// The beginning of a text from outside, fit for a log line: printable ASCII, everything else as `?`, runs of
    /// white space as one space.
    init(printable bytes: some Collection<UInt8>, limit: Int) {
        var text: [UInt8] = []
        var isCut = false
        for byte in bytes {
            guard text.count < limit else {
                isCut = true
                break
            }
            switch byte {
            case 0x09, 0x0A, 0x0D, 0x20: if text.last != 0x20, !text.isEmpty { text.append(0x20) }
            case 0x21...0x7E: text.append(byte)
            default: text.append(UInt8(ascii: "?"))
            }
        }
        if text.last == 0x20 { text.removeLast() }
        self = String(decoding: text, as: UTF8.self) + (isCut ? "…" : "")
    }
}
