/// renderdrop's own version, as `--version`, the user agent and every sidecar say it.
public enum Version {
    public static let number = "0.1.0"
}
