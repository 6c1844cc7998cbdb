// Each call of VendorMath against its definition in fp64, recorded in a graph as the trainer records it; with and without GoogleTest.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cudnn/vendor_math.hpp"

namespace ghee::mlp::cudnn::test {

/// How often a product with a finish was asked for, was to be had, and was made by tensor cores.
struct Offer
{
    int asked = 0;
    int had = 0;
    int on_tensor_cores = 0;
};

struct CallReport
{
    std::vector<std::string> mistakes;
    std::map<std::pair<Finish, Precision>, Offer> offers;
};

CallReport check_layers(cuda::Gpu&, VendorMath&);
CallReport check_masks(cuda::Gpu&, VendorMath&);
CallReport check_gradients(cuda::Gpu&, VendorMath&);
CallReport check_sums_with_products(cuda::Gpu&, VendorMath&);
CallReport check_activations(cuda::Gpu&, VendorMath&);
CallReport check_log_softmax(cuda::Gpu&, VendorMath&);
CallReport check_sums(cuda::Gpu&, VendorMath&);

struct NamedCheck
{
    char const* name;
    CallReport (*check)(cuda::Gpu&, VendorMath&);
};
inline constexpr NamedCheck call_checks[] = {{"layers", check_layers},
                                             {"masks", check_masks},
                                             {"gradients", check_gradients},
                                             {"sums_with_products", check_sums_with_products},
                                             {"activations", check_activations},
                                             {"log_softmax", check_log_softmax},
                                             {"sums", check_sums}};

}  // namespace ghee::mlp::cudnn::test
