import CYAML
import RenderCore

/// Something that stands in a YAML stream, copied out of the parser.
enum YAMLEvent {
    case streamStart, streamEnd, documentStart, documentEnd
    case alias(String)
    /// `plain` as in `DocumentNode`.
    case scalar(text: String, plain: Bool, Properties)
    case sequenceStart(Properties)
    case sequenceEnd
    case mappingStart(Properties)
    case mappingEnd

    struct Properties {
        var anchor: String?
        var tag: String?
        /// Behind the last sign of a scalar.
        var end: Mark?
    }
}

/// Owns one `yaml_parser_t` and the bytes it reads.
///
/// libyaml keeps the struct's own address inside it, so it lives in memory that never moves: allocated here, freed in
/// `deinit`.
final class YAMLEventReader {
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ bytes: [UInt8]) throws(YAMLError) {
        input = .allocate(capacity: max(1, bytes.count))
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else { throw YAMLError(parser.pointee) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event and where it begins.
    func next() throws(YAMLError) -> Marked<YAMLEvent> {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw YAMLError(parser.pointee) }
        defer { yaml_event_delete(&raw) }
        return Marked(Self.copy(raw), at: Mark(raw.start_mark))
    }

    private static func copy(_ raw: yaml_event_t) -> YAMLEvent {
        switch raw.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let properties = YAMLEvent.Properties(
                anchor: text(scalar.anchor), tag: text(scalar.tag), end: Mark(raw.end_mark))
            return .scalar(
                text: String(decoding: bytes, as: UTF8.self), plain: scalar.style == YAML_PLAIN_SCALAR_STYLE, properties
            )
        case YAML_SEQUENCE_START_EVENT:
            return .sequenceStart(
                .init(anchor: text(raw.data.sequence_start.anchor), tag: text(raw.data.sequence_start.tag)))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            return .mappingStart(
                .init(anchor: text(raw.data.mapping_start.anchor), tag: text(raw.data.mapping_start.tag)))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .streamEnd  // libyaml has no further events; a stream that ended gives YAML_NO_EVENT
        }
    }

    /// Anchors and tags hold no NUL: libyaml takes only characters of words and URIs in them.
    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

extension Mark {
    /// libyaml counts from zero.
    init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
