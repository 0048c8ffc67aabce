"""Jobs: handed in, looked at, cancelled, resumed, forgotten."""

from __future__ import annotations

from fastapi import APIRouter, Response

from fleetcraft.studio.jobs.desk import shown
from fleetcraft.studio.models.jobs import Job, JobRequest
from fleetcraft.studio.service import Studio


def router(studio: Studio) -> APIRouter:
    """The operations on jobs."""
    routes = APIRouter(prefix="/jobs", tags=["jobs"])
    desk = studio.jobs

    @routes.post("", status_code=202)
    def submit_job(request: JobRequest) -> Job:
        """Ask a verb of a scenario as it is saved; the same request, while it waits or is answered, is the same job."""
        return desk.submit(request)

    @routes.get("")
    def list_jobs() -> list[Job]:
        """Every job that is kept, oldest first, without the plans to judge."""
        return [Job.model_validate(shown(job)) for job in desk.jobs()]

    @routes.get("/{id}")
    def get_job(id: str) -> Job:
        """One job, with the plan that it judges."""
        return desk.job(id)

    @routes.post("/{id}/cancel")
    def cancel_job(id: str) -> Job:
        """Have a job leave off; what is done is kept. It is cancelled once its state says so."""
        return desk.cancel(id)

    @routes.post("/{id}/resume", status_code=202)
    def resume_job(id: str) -> Job:
        """Ask a job again that was cancelled, interrupted or failed; frontier, compare and explain go on."""
        return desk.resume(id)

    @routes.delete("/{id}", status_code=204)
    def remove_job(id: str) -> Response:
        """Forget a job that has ended; its run stays."""
        desk.remove(id)
        return Response(status_code=204)

    return routes
