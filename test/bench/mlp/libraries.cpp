// The BLAS libraries that were on the machine at configure time, on one thread.
#include "gemm_step.hpp"

#if GHEE_HAS_OPENBLAS
#include <cblas.h>
#endif
#if GHEE_HAS_ONEDNN
#include <omp.h>

#include <oneapi/dnnl/dnnl.h>
#endif

namespace ghee::mlp::bench {

std::vector<Library> libraries()
{
    std::vector<Library> found;
#if GHEE_HAS_OPENBLAS
    openblas_set_num_threads(1);
    found.push_back({"openblas", [](bool ta, bool tb, int m, int n, int k, float const* a, float const* b, float* c)
                     {
                         cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m, n, k, 1.0F, a, ta ? m : k, b,
                                     tb ? k : n, 0.0F, c, n);
                     }});
#endif
#if GHEE_HAS_ONEDNN
    // Else its second thread spins beside everything that is measured.
    omp_set_num_threads(1);
    found.push_back({"onednn", [](bool ta, bool tb, int m, int n, int k, float const* a, float const* b, float* c)
                     { dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, 1.0F, a, ta ? m : k, b, tb ? k : n, 0.0F, c, n); }});
#endif
    return found;
}

}  // namespace ghee::mlp::bench
