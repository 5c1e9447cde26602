import Foundation

/// The shape of a JSON text: its members in their order with the types of their values, as a typed reader tells them apart.
///
/// `{"a":1,"b":[0.5,"x"]}` has the shape `{a:int,b:[real,text]}`.
struct JSONShape {
    private var bytes: [UInt8]
    private var place = 0
    private(set) var text = ""

    /// The shape of `json`, which must be right.
    static func of(_ json: String) -> String {
        var shape = JSONShape(bytes: Array(json.utf8))
        shape.value()
        return shape.text
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func blanks() {
        while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ byte: Character) -> Bool {
        blanks()
        guard place < bytes.count, bytes[place] == byte.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func string() -> String {
        var word: [UInt8] = []
        place += 1
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            if bytes[place] == UInt8(ascii: "\\") { place += 1 }
            word.append(bytes[place])
            place += 1
        }
        place += 1
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func value() {
        blanks()
        guard place < bytes.count else { return }
        switch bytes[place] {
        case UInt8(ascii: "{"):
            place += 1
            text += "{"
            var isFirst = true
            while !take("}"), place < bytes.count {
                _ = take(",")
                blanks()
                text += (isFirst ? "" : ",") + string() + ":"
                isFirst = false
                _ = take(":")
                value()
            }
            text += "}"
        case UInt8(ascii: "["):
            place += 1
            text += "["
            var isFirst = true
            while !take("]"), place < bytes.count {
                if !isFirst { text += "," }
                _ = take(",")
                isFirst = false
                value()
            }
            text += "]"
        case UInt8(ascii: "\""):
            _ = string()
            text += "text"
        default:
            var word = ""
            while place < bytes.count, !",]} \n\r\t".utf8.contains(bytes[place]) {
                word.append(Character(UnicodeScalar(bytes[place])))
                place += 1
            }
            switch word {
            case "true", "false": text += "truth"
            case "null": text += "null"
            default: text += word.contains { ".eE".contains($0) } ? "real" : "int"
            }
        }
    }
}
