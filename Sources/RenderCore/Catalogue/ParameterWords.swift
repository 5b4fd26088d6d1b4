/// The keys of a job file that are parameters of a model as well.
enum ParameterWords {
    /// Words of their own in job files that a parameter can be bound to.
    static let all = [
        "size", "resolution", "ratio", "duration", "n", "negative_prompt", "prompt_extend", "watermark", "audio",
    ]
}
