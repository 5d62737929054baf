"""Mark of each clinic the round that it finished last, where rounds were finished before there was a mark."""

from django.db import migrations


def mark_latest(apps, schema_editor):
    Round = apps.get_model("rounds", "Round")
    closed = Round.objects.filter(closed_at__isnull=False).order_by("clinic_id", "instrument_key", "-closed_at", "-pk")
    last, latest = None, []
    for pk, *of in closed.values_list("pk", "clinic_id", "instrument_key"):
        if of != last:
            latest.append(pk)
        last = of
    Round.objects.filter(is_latest=True).update(is_latest=False)
    for start in range(0, len(latest), 500):
        Round.objects.filter(pk__in=latest[start : start + 500]).update(is_latest=True)


class Migration(migrations.Migration):
    dependencies = [("rounds", "0005_latest_round_and_suggestions")]

    operations = [migrations.RunPython(mark_latest, migrations.RunPython.noop)]
