#include "controller/cli/ui/interrupts.hpp"

#include <csignal>

namespace flowyard::controller::cli {

Interrupts::Interrupts(async::Executor executor, std::function<void()> end_command)
    : signals_(executor, SIGINT, SIGTERM), end_command_(std::move(end_command)) {
  listen();
}

void Interrupts::listen() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    // One more may be on its way when listening ends: to listen again would keep the event loop for ever.
    if (error || stopped_) return;
    ++count_;
    if (count_ == 1 && react_) {
      react_();
    } else {
      end_command_();
    }
    listen();
  });
}

}  // namespace flowyard::controller::cli
