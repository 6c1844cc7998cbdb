// Who must agree with the reference; each test program says who its contenders are.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "mlp/trainer.hpp"

namespace ghee::mlp::test {

struct Contender
{
    std::string name;
    std::function<std::string(TrainerSpec const&)> refuses;
    std::function<std::unique_ptr<Trainer>(TrainerSpec const&)> make;
    int one_in = 1;  ///< of the networks of a sweep it trains one in so many: it is slow
    /// How much farther from the reference its gradients of a thousand samples may be: it adds so many one after another that, where all
    /// samples look alike, every addition rounds the same way.
    double slack = 1.0;
    bool takes_all = true;  ///< else it refuses what is too large for it, and a sweep need not compare it everywhere
};

/// Those that compute as exactly as fp32 does.
std::vector<Contender> contenders();
/// The others, which keep every promise but that one. Whatever precision the spec has, they have their own.
std::vector<Contender> rough_contenders();

inline void PrintTo(Contender const& contender, std::ostream* out) { *out << contender.name; }

}  // namespace ghee::mlp::test
