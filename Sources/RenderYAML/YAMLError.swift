import CYAML
import RenderCore

/// Why libyaml gave up, with its own words and places.
struct YAMLError: Error {
    enum Kind { case reader, grammar, memory }

    var kind: Kind
    var problem: String
    var problemMark: Mark
    /// `while scanning a quoted scalar`, and where that began.
    var context: String
    var contextMark: Mark
    /// For `.reader`: how many bytes came before.
    var offset: Int

    init(_ parser: yaml_parser_t) {
        problem = parser.problem.map { String(cString: $0) } ?? "unknown trouble"
        context = parser.context.map { String(cString: $0) } ?? ""
        problemMark = Mark(parser.problem_mark)
        contextMark = Mark(parser.context_mark)
        offset = Int(parser.problem_offset)
        kind =
            switch parser.error {
            case YAML_READER_ERROR: .reader
            case YAML_MEMORY_ERROR: .memory
            default: .grammar
            }
    }
}
