/// What an input file is.
enum InputKind: String, Sendable { case image, video, audio, document }
