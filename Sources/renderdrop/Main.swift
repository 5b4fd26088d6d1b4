import Foundation
import RenderdropCommands

@main
struct Main {
    static func main() async {
        // Every command answers with its exit code; nothing else ends the process.
        let code = await Renderdrop.main(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
        exit(code)
    }
}
