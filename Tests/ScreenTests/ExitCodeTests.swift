import RenderEngine
import Testing

@testable import RenderdropCommands

/// Numbers that scripts rely on.
@Suite struct ExitCodeTests {
    @Test(arguments: [
        (Engine.Outcome.End.done, 0), (.jobsFailed, 3), (.unreachable, 5), (.account, 7), (.budget, 8), (.held, 11),
        (.needsDecision, 13), (.diskFull, 14), (.folderGone, 15),
    ])
    func `each end has its number`(end: Engine.Outcome.End, code: Int) {
        #expect(Int(ExitCode(end).rawValue) == code)
    }
}
