// What the worker does when something is said to it, has ended, or is due.
#include "campaign/worker.hpp"

#include <algorithm>
#include <utility>

#include "base/contract.hpp"
#include "base/error.hpp"

namespace ghee::campaign {

namespace {
Instant after(Instant from, Seconds span) { return from + std::chrono::duration_cast<std::chrono::nanoseconds>(span); }
}  // namespace

Worker::Worker(WorkerSettings settings, NodeInfo node, Clock const& clock)
    : settings_(settings), node_(std::move(node)), clock_(&clock), last_heard_(clock.now())
{
    begin_comparison(Stage::comparing);
}

void Worker::on(Envelope const& envelope)
{
    if (stage_ == Stage::departed)
        return;
    last_heard_ = std::max(last_heard_, envelope.received);
    ever_heard_ = true;
    if (auto const* answer = std::get_if<ClockAnswer>(&envelope.message))
        on_clock_answer(*answer, envelope.received);
    else if (auto const* welcome = std::get_if<Welcome>(&envelope.message))
    {
        orders_ = welcome->orders;
        if (stage_ == Stage::greeting)
            stage_ = Stage::idle, next_word_ = {};
    }
    else if (auto const* assign = std::get_if<Assign>(&envelope.message))
        on_assign(*assign);
    else if (auto const* ack = std::get_if<Ack>(&envelope.message))
    {
        if (stage_ == Stage::reporting && ack->lease == lease_)
        {
            unacknowledged_.reset();
            lease_ = 0;
            stage_ = Stage::idle;
            next_word_ = {};
        }
    }
    else if (auto const* beacon = std::get_if<Beacon>(&envelope.message))
        course_ = std::max(course_, beacon->course);  // a campaign's course never goes back: an older beacon came late
    else if (auto const* leave = std::get_if<Leave>(&envelope.message))
        depart({leave->code, leave->finalize, false, {}});
}

void Worker::on_clock_answer(ClockAnswer const& answer, Instant returned)
{
    // An answer that comes late is as true as any other: it carries the stamp of its question.
    if (!comparing() || answer.round < first_round_)
        return;
    comparison_.add(answer.asked, answer.received, answer.answered, returned);
    if (comparison_.rounds() >= settings_.clock_rounds)
        end_comparison();
    else if (answer.round == round_)
    {
        ++round_;
        ask_clock(clock_->now());
    }
}

void Worker::on_assign(Assign const& assign)
{
    if (stage_ != Stage::idle || assign.lease <= last_lease_ || !quitting_.empty())
        return;
    lease_ = last_lease_ = assign.lease;
    stage_ = Stage::running;
    break_asked_ = false;
    doing_ = "starting";
    next_word_ = after(clock_->now(), settings_.beat);
    actions_.push_back(StartRun{assign, orders_});
}

void Worker::begin_comparison(Stage stage)
{
    stage_ = stage;
    comparison_ = {};
    first_round_ = ++round_;
    Instant const now = clock_->now();
    // The first comparison also waits for the coordinator to come up.
    comparison_until_ = stage == Stage::comparing ? Instant::max() : after(now, settings_.clock_patience);
    ask_clock(now);
}

void Worker::ask_clock(Instant now)
{
    say(ClockAsk{round_, now});
    next_word_ = after(now, settings_.clock_resend);
    if (comparison_until_ == Instant::max() && ever_heard_)
        comparison_until_ = after(now, settings_.clock_patience);
}

void Worker::end_comparison()
{
    if (stage_ == Stage::comparing)
    {
        node_.clock_offset_s = comparison_.offset_s();
        node_.clock_offset_uncertainty_s = comparison_.uncertainty_s();
        stage_ = Stage::greeting;
    }
    else
    {
        node_.clock_offset_end_s = comparison_.offset_s();
        stage_ = Stage::parting;
    }
    next_word_ = {};
}

void Worker::ended(RunReport report_, bool may_retry, Seconds took)
{
    if (stage_ == Stage::departed)
        return;
    GHEE_EXPECT(stage_ == Stage::running);
    report(Result{lease_, std::move(report_), may_retry, took});
}

void Worker::broken_off(std::string reason)
{
    if (stage_ == Stage::departed)
        return;
    GHEE_EXPECT(stage_ == Stage::running);
    report(GiveBack{lease_, std::move(reason)});
}

void Worker::report(Message message)
{
    stage_ = Stage::reporting;
    silent_until_ = {};
    doing_ = "reporting";
    resend_ = settings_.beat;
    say(message);
    unacknowledged_ = std::move(message);
    next_word_ = after(clock_->now(), resend_);
}

void Worker::keep_quiet(Seconds span)
{
    Instant const now = clock_->now();
    say(Beat{lease_, span, doing_});
    silent_until_ = after(now, span);
    // Whoever does not listen cannot hear: what was said meanwhile may come in a little later than the window's end.
    last_heard_ = std::max(last_heard_, silent_until_);
    next_word_ = silent_until_;
}

void Worker::met_meters(std::vector<Channel> channels)
{
    if (channels == channels_)
        return;
    channels_ = std::move(channels);
    say(Meters{node_, channels_});
}

void Worker::quit(std::string reason)
{
    if (quitting_.empty())
        quitting_ = std::move(reason);
}

void Worker::tick()
{
    if (stage_ == Stage::departed)
        return;
    Instant const now = clock_->now();
    if (now < silent_until_)
        return;
    if (now > after(last_heard_, ever_heard_ ? orders_.patience : settings_.start_patience))
        return depart({static_cast<int>(ExitCode::incomplete), false, true, "the coordinator has gone silent"});
    if (stage_ == Stage::running && !break_asked_ && (course_ == Course::halt || !quitting_.empty()))
    {
        break_asked_ = true;
        actions_.push_back(BreakOff{quitting_.empty() ? "the campaign stops" : quitting_});
    }
    bool const free = stage_ == Stage::idle || stage_ == Stage::greeting || stage_ == Stage::comparing;
    if (free && !quitting_.empty())
    {
        if (stage_ == Stage::idle)
            say(Bye{node_, channels_});
        return depart({static_cast<int>(ExitCode::incomplete), false, true, quitting_});
    }
    if (stage_ == Stage::idle && course_ == Course::close)
        return begin_comparison(Stage::comparing_again);
    if (comparing() && now > comparison_until_)
        end_comparison();
    if (now < next_word_)
        return;
    next_word_ = after(now, settings_.beat);
    switch (stage_)
    {
        case Stage::comparing:
        case Stage::comparing_again: ++round_, ask_clock(now); break;
        case Stage::greeting: say(Hello{node_}); break;
        case Stage::idle: say(Ask{}); break;
        case Stage::running: say(Beat{lease_, Seconds(0), doing_}); break;
        case Stage::reporting:
            // A large report may still be on its way: repeat it ever more rarely.
            say(*unacknowledged_);
            resend_ = std::min(2 * resend_, 8 * settings_.beat);
            next_word_ = after(now, resend_);
            break;
        case Stage::parting: say(Bye{node_, channels_}); break;
        case Stage::departed: break;
    }
}

void Worker::depart(Depart how)
{
    if (stage_ == Stage::running && !break_asked_)
        actions_.push_back(BreakOff{how.reason.empty() ? "dismissed" : how.reason});
    stage_ = Stage::departed;
    actions_.push_back(std::move(how));
}

std::vector<WorkerAction> Worker::take_actions() { return std::exchange(actions_, {}); }

Instant Worker::next_tick() const { return std::max(next_word_, silent_until_); }

}  // namespace ghee::campaign
