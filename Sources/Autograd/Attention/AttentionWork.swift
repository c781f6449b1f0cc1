extension AttentionKernel {
  /// Two products forward; backward five, because the scores are computed again.
  var work: Work {
    let pairs = batch * heads * queries * keys
    return Work(
      forward: pairs * (channels.key + channels.value),
      backward: pairs * (3 * channels.key + 2 * channels.value))
  }
}
