import RenderCore

/// How far the folders in `working/` agree with the ledger: shared by the components that claim, reconcile and take
/// folders back. Confined to the scanner, but for the gate.
final class OpenClaims {
    let gate = JobGate()
    /// True if `working/` may contain claims that a crash or a failing folder interrupted, or journals that are newer
    /// than the ledger; true at the start.
    var needsReconciling = true
    /// The old places of drops whose claims could not be continued.
    var blocked: Set<String> = []

    /// The next scan has to continue claims or compare journals.
    var isUnclear: Bool { needsReconciling || !blocked.isEmpty }

    /// A claim could not be completed: its drop must not become a second job before the claim is continued.
    func interrupted(_ source: String) {
        needsReconciling = true
        blocked.insert(source)
    }

    /// The job's folder is in `working/` again, and its journal may know more than the ledger.
    func cameBack(_ job: JobID) {
        needsReconciling = true
        gate.hold(job)
    }

    func beginComparison() {
        needsReconciling = false
        blocked = []
        gate.beginComparison()
    }
}
