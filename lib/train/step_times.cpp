// Thinned step times and their median.
#include "train/step_times.hpp"

#include <algorithm>
#include <limits>

#include "base/contract.hpp"

namespace ghee::train {

void StepTimes::add(Seconds training, std::int64_t steps)
{
    GHEE_EXPECT(steps > 0);
    if (seen_++ % stride_ != 0)
        return;
    if (us_.size() == most_)
    {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < us_.size(); i += 2)
            us_[kept++] = us_[i];
        us_.resize(kept);
        stride_ *= 2;
        if ((seen_ - 1) % stride_ != 0)
            return;
    }
    us_.push_back(training.count() * 1e6 / static_cast<double>(steps));
}

double StepTimes::median_us() const
{
    if (us_.empty())
        return std::numeric_limits<double>::quiet_NaN();
    auto sorted = us_;
    auto const middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    if (sorted.size() % 2 == 1)
        return *middle;
    return (*std::max_element(sorted.begin(), middle) + *middle) / 2;
}

}  // namespace ghee::train
