"""The fault switch: `PUT /__faults` plants other faults in the running website. Only with FAULT_SWITCH=1."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from starlette.responses import JSONResponse, Response

from demo.website import seed
from demo.website.settings import SettingsError, faults_named
from demo.website.shop import TheShop

router = APIRouter(redirect_slashes=False)


@router.put("/__faults")
def set_faults(shop: TheShop, asked: Annotated[Any, Body()] = None) -> Response:
    """Plant what the body's FAULTS names and nothing else, in the shop as it was when it opened."""
    if not isinstance(asked, dict) or not asked.keys() <= {"FAULTS"}:
        return JSONResponse({"detail": 'The body is {} or {"FAULTS": "name,name"}.'}, 400)
    try:
        names = faults_named(str(asked.get("FAULTS", "")))
    except SettingsError as error:
        return JSONResponse({"detail": str(error)}, 400)
    # The shop opens without any fault.
    shop.faults.plant(frozenset())
    shop.database.renew(seed.plant)
    shop.doors.closed = False
    shop.faults.plant(names)
    return JSONResponse({"planted": sorted(names)})
