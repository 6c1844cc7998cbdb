// What a trace's intervals are worth. Equation numbers are those of docs/method/energy.md.
#include "energy/curve.hpp"

#include <algorithm>
#include <cmath>

#include "base/contract.hpp"
#include "record/flag.hpp"

namespace ghee::energy {

namespace {

constexpr double gap_periods = 5.0;
constexpr double gap_floor_s = 1.0;
constexpr double still_steps = 2.0;

double seconds(Instant from, Instant to) { return std::chrono::duration_cast<Seconds>(to - from).count(); }

double median_distance(std::vector<Instant> const& at)
{
    if (at.size() < 2)
    {
        return 0.0;
    }
    std::vector<double> distance;
    distance.reserve(at.size() - 1);
    for (std::size_t k = 0; k + 1 < at.size(); ++k)
    {
        distance.push_back(seconds(at[k], at[k + 1]));
    }
    auto const middle = distance.begin() + static_cast<std::ptrdiff_t>(distance.size() / 2);
    std::nth_element(distance.begin(), middle, distance.end());
    return *middle;
}

}  // namespace

Curve::Curve(Trace const& trace)
    : trace_(trace), at_(trace.at()), counter_(std::get_if<CounterSeries>(&trace.series)), gauge_(std::get_if<GaugeSeries>(&trace.series)),
      period_(std::max(trace.channel.period.count(), median_distance(trace.at()))), gap_limit_(std::max(gap_periods * period_, gap_floor_s))
{
    standstill_is_loss_ = std::any_of(
        trace.faults.begin(), trace.faults.end(), [](std::string const& fault)
        { return fault == fault_word::reset || fault == fault_word::backward || fault == fault_word::absurd || fault == fault_word::gap; });
    double counted = 0.0;
    GHEE_EXPECT(counter_ ? counter_->energy.size() == at_.size() : gauge_->power.size() == at_.size());
    bool first = true;
    auto see = [&](double watts)
    {
        lowest_ = first ? watts : std::min(lowest_, watts);
        highest_ = first ? watts : std::max(highest_, watts);
        first = false;
    };
    for (std::size_t k = 0; k < intervals(); ++k)
    {
        GHEE_EXPECT(at_[k] < at_[k + 1]);
        if (gauge_ != nullptr)
        {
            see(gauge_->power[k].value());
            see(gauge_->power[k + 1].value());
            continue;
        }
        counted += std::max(0.0, energy(k));
        mean_ = counted / seconds(at_.front(), at_.back());
    }
    for (std::size_t k = 0; counter_ != nullptr && k < intervals(); ++k)
    {
        if (!hole(k))
        {
            see(power(k));
        }
    }
}

double Curve::span(std::size_t k) const { return seconds(at_[k], at_[k + 1]); }

double Curve::energy(std::size_t k) const
{
    if (counter_ != nullptr)
    {
        return (counter_->energy[k + 1] - counter_->energy[k]).value();  // eq. 1
    }
    return 0.5 * (gauge_->power[k] + gauge_->power[k + 1]).value() * span(k);  // eq. 2
}

bool Curve::hole(std::size_t k) const
{
    if (counter_ == nullptr)
    {
        return false;
    }
    double const grown = energy(k);
    // A coarse counter stands still between two of its steps: that is no loss.
    bool const stopped = grown == 0.0 && mean_ * span(k) > still_steps * trace_.channel.resolution;
    return grown < 0.0 || (stopped && standstill_is_loss_);
}

/// Power to bridge hole k with: the mean of its nearest sound neighbours (eq. 5); the middle of the range without any.
double Curve::bridge(std::size_t k) const
{
    double sum = 0.0;
    int found = 0;
    for (std::size_t i = k; i-- > 0;)
    {
        if (!hole(i))
        {
            sum += power(i);
            ++found;
            break;
        }
    }
    for (std::size_t i = k + 1; i < intervals(); ++i)
    {
        if (!hole(i))
        {
            sum += power(i);
            ++found;
            break;
        }
    }
    return found == 0 ? 0.5 * (lowest_ + highest_) : sum / found;
}

/// By how much a counter's power may have stepped inside interval k, W: what its neighbours differ by (eq. 7).
double Curve::change_around(std::size_t k) const
{
    if (gap(k))
    {
        return highest_ - lowest_;
    }
    double const own = power(k);
    double const before = k > 0 && sound(k - 1) ? power(k - 1) : own;
    double const after = k + 1 < intervals() && sound(k + 1) ? power(k + 1) : own;
    return std::max({std::abs(after - before), std::abs(own - before), std::abs(after - own)});
}

Parts Curve::integrate(Window window) const
{
    Parts out;
    if (window.end <= window.begin)
    {
        return out;
    }
    out.samples = std::lower_bound(at_.begin(), at_.end(), window.end) - std::lower_bound(at_.begin(), at_.end(), window.begin);
    if (intervals() == 0)
    {
        return out;
    }
    Instant const low = std::max(window.begin, at_.front());
    Instant const high = std::min(window.end, at_.back());
    if (high <= low)
    {
        return out;
    }
    auto const first = static_cast<std::size_t>(std::upper_bound(at_.begin(), at_.end(), low) - at_.begin()) - 1;
    double const range = highest_ - lowest_;
    double total = 0.0;
    double covered = 0.0;
    double power_begin = 0.0;
    double power_end = 0.0;
    for (std::size_t k = first; k < intervals() && at_[k] < high; ++k)
    {
        double const dt = span(k);
        double const from = std::max(0.0, seconds(at_[k], low)) / dt;  // where the window enters and
        double const to = std::min(1.0, seconds(at_[k], high) / dt);   // leaves this interval, [0, 1]
        double const piece = (to - from) * dt;
        covered += sound(k) ? piece : 0.0;
        if (gauge_ != nullptr)
        {
            double const start = gauge_->power[k].value();
            double const change = gauge_->power[k + 1].value() - start;
            total += (start + 0.5 * (from + to) * change) * piece;  // eq. 2, cut at the edges
            double const spread = gap(k) ? std::max(range, std::abs(change)) : change;
            out.variance += spread * spread * piece * piece / 12.0;  // eq. 8; a gap: eq. 6
        }
        else if (hole(k))
        {
            total += bridge(k) * piece;                            // eq. 5
            out.variance += range * range * piece * piece / 12.0;  // eq. 6
        }
        else
        {
            total += energy(k) * (to - from);  // eq. 1, cut at the edges
            double const change = change_around(k) * dt;
            for (double const cut : {from, to})
            {
                out.variance += std::pow(cut * (1.0 - cut) * change, 2);  // eq. 7
            }
        }
        double const here = hole(k) ? bridge(k) : power(k);
        power_begin = k == first ? here : power_begin;
        power_end = here;
    }

    double const inside = seconds(low, high);
    double const whole = window.duration().count();
    double const outside = whole - inside;
    total += total / inside * outside;  // eq. 9
    out.variance += std::pow(outside * highest_, 2) / 12.0;

    auto const& channel = trace_.channel;
    double const lag = looks_back(channel).count();
    out.variance += std::pow(0.5 * lag * (power_end - power_begin), 2);  // eq. 10
    if (counter_ != nullptr)
    {
        out.variance += lag * lag / 12.0 * (power_begin * power_begin + power_end * power_end);
        out.variance += channel.resolution * channel.resolution / 6.0;  // eq. 11
    }
    else
    {
        out.correlated = channel.resolution / std::sqrt(12.0) * whole;  // eq. 12
    }
    out.coverage = std::clamp(covered / whole, 0.0, 1.0);
    if (out.coverage > 0.0)
    {
        out.energy = total;
    }
    return out;
}

}  // namespace ghee::energy
