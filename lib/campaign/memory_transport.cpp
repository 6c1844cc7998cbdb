// Two queues under one lock, and the junction of a local and a remote line.
#include "campaign/memory_transport.hpp"

#include <deque>

#include "base/contract.hpp"

namespace ghee::campaign {

namespace {
struct Queue
{
    std::mutex mutex;
    std::deque<std::pair<std::vector<std::uint8_t>, Instant>> bytes;
    std::shared_ptr<Waker> waker;
};

class MemoryEnd final : public Transport
{
  public:
    MemoryEnd(int rank, std::shared_ptr<Queue> in, std::shared_ptr<Queue> out, Clock& clock)
        : rank_(rank), in_(std::move(in)), out_(std::move(out)), clock_(&clock)
    {
    }
    [[nodiscard]] int rank() const override { return rank_; }
    [[nodiscard]] int size() const override { return 2; }

    void send(int to, Message const& message) override
    {
        GHEE_EXPECT(to == 1 - rank_);
        auto bytes = encode(message);
        {
            std::lock_guard const lock(out_->mutex);
            out_->bytes.emplace_back(std::move(bytes), clock_->now());
        }
        out_->waker->wake();
    }

    std::optional<Envelope> receive() override
    {
        std::vector<std::uint8_t> bytes;
        {
            std::lock_guard const lock(in_->mutex);
            if (in_->bytes.empty())
                return std::nullopt;
            bytes = std::move(in_->bytes.front().first);
            in_->bytes.pop_front();
        }
        Instant const now = clock_->now();
        return Envelope{1 - rank_, decode(bytes), now};
    }

    void wait(Seconds timeout) override { in_->waker->wait(timeout); }

  private:
    int rank_;
    std::shared_ptr<Queue> in_;
    std::shared_ptr<Queue> out_;
    Clock* clock_;
};

class Junction final : public Transport
{
  public:
    Junction(std::unique_ptr<Transport> local, Transport* remote, std::shared_ptr<Waker> waker)
        : local_(std::move(local)), remote_(remote), waker_(std::move(waker))
    {
    }
    [[nodiscard]] int rank() const override { return 0; }
    [[nodiscard]] int size() const override { return remote_ != nullptr ? remote_->size() : 1; }

    void send(int to, Message const& message) override
    {
        GHEE_EXPECT(to >= 0 && to < size());
        if (to == 0)
            local_->send(1, message);
        else
            remote_->send(to, message);
    }

    std::optional<Envelope> receive() override
    {
        if (auto envelope = local_->receive())
        {
            envelope->from = 0;
            return envelope;
        }
        return remote_ != nullptr ? remote_->receive() : std::nullopt;
    }

    void wait(Seconds timeout) override
    {
        if (remote_ != nullptr)
            remote_->wait(timeout);
        else
            waker_->wait(timeout);
    }

  private:
    std::unique_ptr<Transport> local_;
    Transport* remote_;
    std::shared_ptr<Waker> waker_;
};
}  // namespace

MemoryLine make_memory_line(std::shared_ptr<Waker> coordinator_waker, std::shared_ptr<Waker> worker_waker, Clock& clock)
{
    auto down = std::make_shared<Queue>();
    auto up = std::make_shared<Queue>();
    up->waker = std::move(coordinator_waker);
    down->waker = std::move(worker_waker);
    return {std::make_unique<MemoryEnd>(0, up, down, clock), std::make_unique<MemoryEnd>(1, down, up, clock)};
}

std::unique_ptr<Transport> join_lines(std::unique_ptr<Transport> local, Transport* remote, std::shared_ptr<Waker> waker)
{
    return std::make_unique<Junction>(std::move(local), remote, std::move(waker));
}

}  // namespace ghee::campaign
