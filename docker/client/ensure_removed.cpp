#include "docker/client/ensure_removed.hpp"

#include "common/async/backoff.hpp"
#include "common/async/timeout.hpp"

namespace flowyard::docker {
namespace {

enum class Outcome { Gone, Unsure };

async::Task<Outcome> try_to_remove(Engine& engine, std::string name) {
  RemoveContainer thoroughly;
  thoroughly.force = true;
  thoroughly.volumes = true;
  try {
    co_await engine.remove_container(std::move(name), thoroughly);
    co_return Outcome::Gone;
  } catch (const EngineError& error) {
    if (is_not_found(error)) co_return Outcome::Gone;
    if (!is_already_in_progress(error)) throw;
  } catch (const ReplyLost&) {
    // Outcome unknown: asking again shows it.
  }
  co_return Outcome::Unsure;
}

async::Task<> remove_until_gone(Engine& engine, std::string name) {
  const async::Backoff backoff{.initial = Milliseconds(20), .max = Milliseconds(1000)};
  for (int attempt = 1;; ++attempt) {
    const Outcome outcome = co_await try_to_remove(engine, name);
    if (outcome == Outcome::Gone) co_return;
    co_await async::sleep_for(backoff.pause_before(attempt));
  }
}

}  // namespace

async::Task<> ensure_removed(Engine& engine, std::string name, Milliseconds limit) {
  return async::with_timeout(limit, remove_until_gone(engine, std::move(name)));
}

}  // namespace flowyard::docker
