// The part of Orchestrator that has the images of users' programs fetched, and keeps on record which they
// were.
#include "common/async/until.hpp"
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;

namespace {

// Nobody waits for the image any more.
bool is_called_off(const ActiveExperiment& e) {
  return e.cancel_wanted || e.pause_wanted || e.broken.has_value();
}

}  // namespace

Task<> Orchestrator::until_called_off(Pinned<ActiveExperiment> e) {
  while (!is_called_off(*e)) co_await changed_.wait_past(changed_.version());
}

Task<> Orchestrator::fetch_image(Pinned<ActiveExperiment> e, fleet::Fleet& home) {
  const auto& runner = *e->spec.runner;
  fleet::ImageWanted wanted{.image = runner.image,
                            .pull = runner.pull,
                            .ran = e->image.ran,
                            .registry_auth = e->registry_auth,
                            .needs_login = e->needs_login,
                            .recipe = {}};
  std::string image = "the image " + runner.image;
  if (const auto& build = runner.build) {
    wanted.recipe = fleet::ImageRecipe{.folder = build->folder,
                                       .context = e->build_context,
                                       .dockerfile = build->dockerfile,
                                       .bases = build->bases};
    image = "the image of '" + build->folder + "'";
  }
  fleet::FetchSink told = [e, image](const std::string& how_far) {
    e->trouble.clear();
    e->fetching = image + (how_far.empty() ? "" : ", ") + how_far;
  };
  std::exception_ptr failure;
  std::optional<fleet::ImageFound> found;
  try {
    // However long the fleet is silent meanwhile.
    Task<fleet::ImageFound> fetch = home.fetch_image(std::move(wanted), std::move(told));
    found = co_await async::until(std::move(fetch), until_called_off(e));
  } catch (...) {
    failure = std::current_exception();
  }
  e->fetching.clear();
  if (failure) std::rethrow_exception(failure);
  if (!found) throw fleet::LaunchFailed(fleet::LaunchFailed::Kind::Transient, "no longer wanted");
  e->registry_failures = 0;
  if (found->ran != e->image.ran) {
    auto record = [id = e->id, ran = found->ran](store::Store& store) { store.set_image_ran(id, ran); };
    co_await store_.run(std::move(record));
    log_.info("an experiment has its image", {{"experiment", e->id.value}, {"image", found->ran}});
  }
  e->image = std::move(*found);
}

void Orchestrator::give_credentials(experiment::ExperimentId id, Secret registry_auth) {
  auto e = pin(id);
  if (!e) return;
  e->registry_auth = std::move(registry_auth);
  e->needs_login = true;
  e->no_launch_before = timer_.now();
  e->trouble.clear();
  changed_.notify();
}

}  // namespace flowyard::controller::orchestrator
