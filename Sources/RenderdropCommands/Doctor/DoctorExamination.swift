import DashScope
import Foundation
import HTTPTypes
import HotFolder
import LedgerSQLite
import ProviderSupport
import RenderCore
import RenderHTTP

/// Gathers the facts, in the order in which they build on each other. Sends one request that costs nothing, and one without a key.
struct DoctorExamination {
    let context: CommandContext

    func report(_ choice: WorkspaceChoice) async -> DoctorReport {
        do {
            let read = try Composition.configuration(choice, context: context)
            _ = try Composition.catalogues(read.value)
            let configuration = read.value
            var findings = [DoctorFinding.fine("configuration", Message.settingsValid(read.path))]
            let accounts = ConfiguredAccount.all(configuration, context.environment)
            // One account has a line for each part of it, several have one each.
            if configuration.accounts.isEmpty, accounts.count == 1, accounts[0].kind == .first {
                findings += await provider(configuration)
            } else {
                findings += await AccountExamination(context: context).findings(accounts)
            }
            findings += ConfiguredAccount.unusable(configuration, context.environment).map {
                .doubtful("accounts", $0)
            }
            findings += await folders(configuration)
            return DoctorReport(findings: findings)
        } catch let failure as CommandFailure {
            return DoctorReport(findings: [.wrong("configuration", failure)])
        } catch {
            return DoctorReport(findings: [.wrong("configuration", .usage, .checkFailed("\(error)"))])
        }
    }

    // MARK: - Key and provider

    private func provider(_ configuration: Configuration) async -> [DoctorFinding] {
        let source = KeySource(environment: context.environment, file: configuration.provider.keyFile)
        let key: APIKey
        var findings: [DoctorFinding] = []
        do throws(Failure) {
            key = try source.read()
            let place = source.place
            var facts = stat()
            let mode = place.isFile && stat(place.name, &facts) == 0 ? facts.st_mode : nil
            findings.append(DoctorVerdicts.key(place.name, mode: mode))
        } catch {
            return [.wrong("key", .account, failure: error)]
        }
        let endpoint: Endpoint
        do throws(Failure) {
            endpoint = try Endpoint(
                region: configuration.provider.region, workspace: configuration.provider.workspace,
                baseURL: configuration.provider.baseURL)
            findings.append(
                .fine("region", Message.regionValid(endpoint.region.rawValue, root: Redaction.link(endpoint.root))))
        } catch {
            return findings + [.wrong("region", .usage, failure: error)]
        }
        let transport = CurlTransport(
            environment: context.environment, userAgent: "renderdrop/\(Version.number)", maxConnectionsPerHost: 2)
        defer { transport.close() }
        var options = DashScopeOptions()
        options.account = configuration.provider.account
        let service = DashScopeService(
            endpoint: endpoint, transport: transport, uploads: NoUploads(), options: options, key: { key })
        var failure: Failure?
        do {
            _ = try await service.list(model: nil, since: Date() - 60, page: 1)
        } catch let error as Failure {
            failure = error
        } catch {
            failure = Failure(.unexpected, .unexpected("\(error)"), fault: .provider, retryable: true)
        }
        findings.append(DoctorVerdicts.reach(service.apiRoot, failure))
        if let clock = await clock(endpoint, transport) { findings.append(clock) }
        return findings
    }

    /// Nil where nobody answers: the finding before says so.
    private func clock(_ endpoint: Endpoint, _ transport: CurlTransport) async -> DoctorFinding? {
        let before = Date()
        // Without the key: any answer names the time.
        guard let answer = try? await transport.send(HTTPCall(.get, endpoint.root + "/tasks")) else { return nil }
        let middle = before + Date().timeIntervalSince(before) / 2
        let theirs = HTTPField.Name("Date").flatMap { answer.head.headers[$0] }.flatMap(Self.httpDate)
        return DoctorVerdicts.clock(theirs: theirs, ours: middle)
    }

    /// - Source: RFC 9110, section 5.6.7, the form that senders must use.
    static func httpDate(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: text)
    }

    // MARK: - Folders, disks, ledger

    private func folders(_ configuration: Configuration) async -> [DoctorFinding] {
        let folders = configuration.folders
        var answers = FolderAnswers()
        let silent = answers.missing(among: [
            folders.inbox, folders.working, folders.archive, folders.failed, folders.outbox, folders.state,
        ])
        // Every other check would wait for them.
        guard silent.isEmpty else {
            return silent.map { .wrong(($0 as NSString).lastPathComponent, .folderGone, .folderDoesNotAnswer($0)) }
        }
        let probe = FolderProbe(folders, delivery: configuration.delivery)
        let found = probe.findings()
        var findings = found.map {
            DoctorVerdicts.folder($0, initCommand: configuration.folders.initCommand)
        }
        if found.allSatisfy({ $0.failure == nil }) {
            findings.append(rename(probe))
            findings.append(await events(configuration))
        }
        // An outbox that cannot be opened has its own finding.
        if let free = found.first(where: { $0.role == .outbox })?.freeBytes {
            findings.append(DoctorVerdicts.space("outbox disk", free, at: folders.outbox))
        }
        guard Composition.mayReadState(configuration) else {
            return findings + [.wrong("ledger", .folderGone, .stateNotReadable(folders.state))]
        }
        findings.append(DoctorVerdicts.state(probe.stateKind(), at: folders.state))
        findings.append(DoctorVerdicts.space("state disk", probe.stateFreeBytes(), at: folders.state))
        let path = Composition.ledgerPath(configuration)
        findings.append(
            DoctorVerdicts.ledger(LedgerHealth.of(path), at: path, hasPapers: Self.hasPapers(folders)))
        findings.append(
            DoctorVerdicts.watcher(probe.owner(), host: Composition.host(context.environment), now: Date()))
        let staging = probe.staging()
        findings.append(DoctorVerdicts.staging(staging.files, staging.bytes, staging.oldest, now: Date()))
        return findings
    }

    private func rename(_ probe: FolderProbe) -> DoctorFinding {
        do {
            let steps: [(FolderRole, FolderRole)] = [(.inbox, .working), (.working, .archive), (.working, .failed)]
            return DoctorVerdicts.renames(
                copiedTo: try steps.filter { try !probe.renames(from: $0.0, to: $0.1) }.map(\.1))
        } catch let failure as Failure {
            return .wrong("rename", .folderGone, failure: failure)
        } catch {
            return .wrong("rename", .folderGone, .checkFailed("\(error)"))
        }
    }

    private func events(_ configuration: Configuration) async -> DoctorFinding {
        let inbox = FolderInbox(
            configuration.folders, delivery: configuration.delivery,
            ignore: IgnoreList(globs: configuration.intake.ignore))
        do {
            _ = try await inbox.list()
            // The canary's event is on its way at once, or never; each look asks for it again.
            for _ in 0..<5 where inbox.isShare {
                try await Task.sleep(for: .milliseconds(20))
                _ = try await inbox.list()
            }
            return DoctorVerdicts.events(isShare: inbox.isShare, why: inbox.notes)
        } catch let failure as Failure {
            return .wrong("events", .folderGone, failure: failure)
        } catch {
            return .doubtful("events", .checkFailed("\(error)"))
        }
    }

    /// Whether any job was ever taken here.
    private static func hasPapers(_ folders: Configuration.Folders) -> Bool {
        [folders.working, folders.archive, folders.failed].contains { path in
            // A folder that cannot be listed is a finding of its own.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            return names.contains { !$0.hasPrefix(".") }
        }
    }
}
