// Whether a sanitizer is in this build: it slows kernels down and makes calls of its own.
#pragma once

namespace ghee::mlp::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool instrumented = true;
#else
constexpr bool instrumented = false;
#endif

}  // namespace ghee::mlp::test
