import Foundation

extension Terminal {
    /// How many characters a line of results may have: as wide as the terminal that shows them; 80 in a pipe or a file.
    var pageWidth: Int {
        var size = winsize()
        guard isatty(1) == 1, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return max(24, Int(size.ws_col))
    }
}
