// What most trainers do not do.
#include "mlp/trainer.hpp"

#include "base/contract.hpp"

namespace ghee::mlp {

Pass Trainer::train_epoch(std::uint64_t, std::int64_t)
{
    GHEE_EXPECT(!"a trainer that draws no order was asked for one");
    return {};
}

}  // namespace ghee::mlp
