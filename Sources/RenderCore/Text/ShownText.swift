/// Untrusted text (a file's name, a value of a job file, a provider's message) made safe for terminals and text files.
///
/// Control characters could rewrite what a terminal shows, direction marks could reverse a line, and a line feed in a
/// name could forge a line. Each is shown as U+FFFD. The joiners that emoji and some scripts need stay.
public enum ShownText {
    /// On one line: a line feed is a control character, too.
    public static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isHidden($0) ? "\u{FFFD}" : $0 }))
    }

    /// Of several lines, which stay apart.
    public static func block(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 != "\n" && isHidden($0) }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0 != "\n" && isHidden($0) ? "\u{FFFD}" : $0 }))
    }

    /// Whether a scalar does something to its line other than being seen.
    public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        // Nearly all text is plain ASCII, and the properties are dear to look up.
        if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        case .format: return scalar != "\u{200C}" && scalar != "\u{200D}"
        default: return false
        }
    }
}
