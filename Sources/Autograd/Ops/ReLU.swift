extension Tensor {
  /// `max(x, 0)`, elementwise; the gradient passes where the output is positive.
  public func relu() -> Tensor {
    let input = detached()
    let output = Tensor(shape: shape) { out in
      parallelFill(&out, grain: 1 << 15) { part, start in
        input.withSpan { x in
          for index in part.indices { part[index] = max(x[start + index], 0) }
        }
      }
    }
    return output.recorded("relu", from: self) { gradient in
      Tensor(shape: gradient.shape) { out in
        parallelFill(&out, grain: 1 << 15) { part, start in
          gradient.withSpan { g in
            output.withSpan { y in
              for index in part.indices { part[index] = y[start + index] > 0 ? g[start + index] : 0 }
            }
          }
        }
      }
    }
  }
}
