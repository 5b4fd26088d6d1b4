/// How much a terminal shows.
struct ScreenSize: Sendable, Equatable {
    var columns: Int
    var rows: Int
}

/// One row of the terminal, never wider than it.
struct ScreenRow: Sendable, Equatable {
    /// Colored on its own.
    var mark = ""
    var markStyle: Terminal.Style?
    var text: String
    var style: Terminal.Style?

    var plain: String { mark + text }
    var width: Int { DisplayWidth.of(plain) }
}
