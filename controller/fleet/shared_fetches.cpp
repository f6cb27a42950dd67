#include "controller/fleet/shared_fetches.hpp"

namespace flowyard::controller::fleet {

using async::Task;

// Ends the fetch for those who wait for it, however it ends.
class SharedFetches::UnderWay {
 public:
  UnderWay(SharedFetches& fetches, std::string key)
      : fetches_(fetches), key_(std::move(key)), fetch_(std::make_shared<Fetch>(fetches.executor_)) {
    fetches_.under_way_[key_] = fetch_;
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    fetch_->ended = true;
    fetches_.under_way_.erase(key_);
    fetch_->changed.notify();
  }
  Fetch& fetch() { return *fetch_; }

 private:
  SharedFetches& fetches_;
  std::string key_;
  std::shared_ptr<Fetch> fetch_;
};

Task<> SharedFetches::once(std::string key, FetchSink told, Work work) {
  for (;;) {
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) break;
    const auto other = found->second;
    while (!other->ended) {
      told(other->how_far);
      co_await other->changed.wait_past(other->changed.version());
    }
    if (other->succeeded) co_return;
  }
  UnderWay mine(*this, std::move(key));
  FetchSink to_all = [&fetch = mine.fetch(), &told](const std::string& how_far) {
    fetch.how_far = how_far;
    fetch.changed.notify();
    told(how_far);
  };
  to_all("");
  co_await work(std::move(to_all));
  mine.fetch().succeeded = true;
}

}  // namespace flowyard::controller::fleet
