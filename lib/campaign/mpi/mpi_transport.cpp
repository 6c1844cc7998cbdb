// Isend and Test, Improbe and Imrecv and Test: no MPI call ever blocks between start and end, because a peer may be dead and
// Open MPI would not say so. Death is noticed by silence, one floor up.
#include "campaign/mpi/mpi_transport.hpp"

#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <limits>
#include <list>
#include <mutex>
#include <thread>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace ghee::campaign {

namespace {
constexpr int letter_tag = 4711;
/// A blocking receive burns a whole core, a pause of 1 ms 2.6 % of one, of 20 ms about 0.2 %.
constexpr Seconds longest_pause{0.020};
/// When nothing but signs of life has come for a while, nothing is urgent.
constexpr Seconds idle_pause{0.100};
constexpr Seconds idle_after{1};
constexpr Seconds shortest_pause{0.004};
/// The clock comparison is as good as its round trips are short: while it goes on, look again without sleeping for this long.
constexpr Seconds eager_span{0.001};

struct Letter
{
    std::vector<std::uint8_t> bytes;
    MPI_Request request = MPI_REQUEST_NULL;
    int peer = 0;
};

bool is_sign_of_life(Message const& message)
{
    return std::holds_alternative<Beat>(message) || std::holds_alternative<Ask>(message) || std::holds_alternative<Beacon>(message);
}

bool is_clock(Message const& message) { return std::holds_alternative<ClockAsk>(message) || std::holds_alternative<ClockAnswer>(message); }

bool is_done(Letter& letter)
{
    int done = 0;
    MPI_Test(&letter.request, &done, MPI_STATUS_IGNORE);
    return done != 0;
}

class MpiTransport final : public Transport
{
  public:
    explicit MpiTransport(std::shared_ptr<Waker> waker) : waker_(std::move(waker))
    {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &size_);
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    }
    [[nodiscard]] int rank() const override { return rank_; }
    [[nodiscard]] int size() const override { return size_; }

    void send(int to, Message const& message) override
    {
        GHEE_EXPECT(to >= 0 && to < size_ && to != rank_);
        Letter& letter = outgoing_.emplace_back();
        letter.bytes = encode(message);
        letter.peer = to;
        if (letter.bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
            throw Error("a report is too large to send", std::to_string(letter.bytes.size()) + " bytes", "sample less often: [power] period_ms");
        MPI_Isend(letter.bytes.data(), static_cast<int>(letter.bytes.size()), MPI_BYTE, to, letter_tag, MPI_COMM_WORLD, &letter.request);
    }

    std::optional<Envelope> receive() override
    {
        poll();
        if (inbox_.empty())
            return std::nullopt;
        Envelope envelope = std::move(inbox_.front());
        inbox_.pop_front();
        return envelope;
    }

    void wait(Seconds timeout) override
    {
        Instant const until = monotonic_clock().now() + std::chrono::duration_cast<std::chrono::nanoseconds>(timeout);
        Seconds pause = monotonic_clock().now() - last_news_ > idle_after ? idle_pause : shortest_pause;
        while (true)
        {
            poll();
            if (!inbox_.empty())
                return;
            Instant const now = monotonic_clock().now();
            Seconds const left = std::chrono::duration_cast<Seconds>(until - now);
            if (left <= Seconds(0))
                return;
            if (now - last_clock_ < eager_span)
            {
                std::this_thread::yield();
                continue;
            }
            if (waker_->wait(std::min(pause, left)))
                return;
            pause = std::min(2 * pause, now - last_news_ > idle_after ? idle_pause : longest_pause);
        }
    }

    /// True when everything sent has left; gives up after `patience`.
    bool flush(Seconds patience)
    {
        Instant const until = monotonic_clock().now() + std::chrono::duration_cast<std::chrono::nanoseconds>(patience);
        while (!outgoing_.empty() && monotonic_clock().now() < until)
        {
            poll();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return outgoing_.empty();
    }

  private:
    void poll()
    {
        std::erase_if(outgoing_, is_done);
        while (true)
        {
            int there = 0;
            MPI_Message handle = MPI_MESSAGE_NULL;
            MPI_Status status;
            if (MPI_Improbe(MPI_ANY_SOURCE, letter_tag, MPI_COMM_WORLD, &there, &handle, &status) != MPI_SUCCESS || there == 0)
                break;
            int count = 0;
            MPI_Get_count(&status, MPI_BYTE, &count);
            Letter& letter = incoming_.emplace_back();
            letter.bytes.resize(static_cast<std::size_t>(count));
            letter.peer = status.MPI_SOURCE;
            MPI_Imrecv(letter.bytes.data(), count, MPI_BYTE, &handle, &letter.request);
        }
        std::erase_if(incoming_,
                      [this](Letter& letter)
                      {
                          if (!is_done(letter))
                              return false;
                          Instant const now = monotonic_clock().now();
                          try
                          {
                              Envelope& envelope = inbox_.emplace_back(Envelope{letter.peer, decode(letter.bytes), now});
                              if (!is_sign_of_life(envelope.message))
                                  last_news_ = now;
                              if (is_clock(envelope.message))
                                  last_clock_ = now;
                          }
                          catch (std::runtime_error const& error)
                          {
                              log_warning("from rank " + std::to_string(letter.peer) + ": " + error.what());
                          }
                          return true;
                      });
    }

    std::shared_ptr<Waker> waker_;
    int rank_ = 0;
    int size_ = 1;
    std::list<Letter> outgoing_;  ///< addresses must hold until Test says done
    std::list<Letter> incoming_;
    std::deque<Envelope> inbox_;
    Instant last_news_{};
    Instant last_clock_{};
};

/// Ends the process when a call into MPI does not return: there a rank waits for ever for one that has died. Dies with its scope.
class Watchdog
{
  public:
    Watchdog(Seconds patience, int code, std::string line) : thread_([=, this] { watch(patience, code, line); }) {}
    ~Watchdog()
    {
        {
            std::lock_guard const guard(mutex_);
            returned_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    Watchdog(Watchdog const&) = delete;
    Watchdog& operator=(Watchdog const&) = delete;

  private:
    void watch(Seconds patience, int code, std::string const& line)
    {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, patience, [this] { return returned_; }))
            return;
        if (!line.empty())
            log_error(line);
        _exit(code);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool returned_ = false;
    std::thread thread_;
};

/// Thousands of ranks take their time to find each other.
constexpr Seconds init_patience{300};
constexpr Seconds finalize_patience{10};

class World final : public MpiWorld
{
  public:
    explicit World(std::shared_ptr<Waker> waker)
    {
        int provided = 0;
        {
            Watchdog const watchdog(init_patience, static_cast<int>(ExitCode::failed),
                                    "MPI did not start within 300 s (another rank died while it started, or nodes cannot reach each other) "
                                    "start again with --resume; see what the launcher says");
            if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
                throw Error("MPI did not start", {}, "try 'ghee doctor'");
        }
        transport_ = std::make_unique<MpiTransport>(std::move(waker));
    }
    [[nodiscard]] Transport& transport() override { return *transport_; }

    void leave(bool finalize, int code, Seconds patience) override
    {
        bool const flushed = transport_->flush(patience);
        int const last_word = bearable_exit_code(code);
        if (!finalize || !flushed)
        {
            std::cout.flush();
            _exit(last_word);
        }
        // Finalize hangs when a peer has died since.
        Watchdog const watchdog(finalize_patience, last_word, {});
        MPI_Finalize();
    }

  private:
    std::unique_ptr<MpiTransport> transport_;
};
}  // namespace

std::unique_ptr<MpiWorld> join_world(std::shared_ptr<Waker> waker)
{
    if (launched_size() <= 1)
        return nullptr;
    return std::make_unique<World>(std::move(waker));
}

}  // namespace ghee::campaign
