// Limits far above any part built so far, far below what a broken counter claims.
#include "power/plausible.hpp"

namespace ghee::power {

Watts highest_plausible(Scope scope)
{
    switch (scope)
    {
        case Scope::node: return Watts(100e3);
        case Scope::cpu: return Watts(1e3);
        case Scope::memory: return Watts(1e3);
        case Scope::gpu: return Watts(3e3);
        case Scope::module: return Watts(5e3);
        case Scope::other: return Watts(100e3);
    }
    return Watts(100e3);
}

}  // namespace ghee::power
