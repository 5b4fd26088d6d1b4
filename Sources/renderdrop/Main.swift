import CLinux
import Foundation
import RenderdropCommands

@main
struct Main {
    static func main() async {
        clinux_calm_heap()
        // A reader that goes away (`| head`), or a server that closes while we write, is an error of that write, which is looked
        // at where it is made. As a signal it would end everything; libcurl leaves it alone where TLS is spoken.
        signal(SIGPIPE, SIG_IGN)
        // Every command answers with its exit code; nothing else ends the process.
        let code = await Renderdrop.main(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
        exit(code)
    }
}
